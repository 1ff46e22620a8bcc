"""Replays of real games against their truth, and the finals of college games."""

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.football_report import Line, verdict
from eddyline.plays.feed_files import Recording, read
from eddyline.plays.replay import Replay
from eddyline.plays.replay_rows import Row

SCORE = ("home_score", "away_score", "posteam_timeouts", "defteam_timeouts")
SPOT = ("posteam", "yardline_100", "down", "ydstogo")
FINALS = {"The Citadel": "The Citadel 27 - Georgia Tech 24", "Temple": "Temple 24 - Georgia Tech 2", "Pittsburgh": "Pittsburgh 33 - Duke 30"}


def compare(folder: Path) -> Iterator[Line]:
    """Yield how often replayed states are the truth."""
    games = sorted((folder / "replay").glob("*.events.jsonl.gz"))
    told = {path: _rows(read(path)) for path in games}
    truths = {path: _truth(path) for path in games}
    yield _score_and_timeouts(told, truths)
    yield _predicted(told, truths)
    yield from _disturbed(told)
    yield from _college(folder / "college")


def _rows(recording: Recording) -> list[Row]:
    return list(Replay(recording).rows())


def _score_and_timeouts(told: dict[Path, list[Row]], truths: dict[Path, list[Row]]) -> Line:
    same = [_same(row, true, SCORE) for path, rows in told.items() for row, true in _pairs(rows, truths[path])]
    share = sum(same) / len(same)
    return Line(
        f"replays: score and timeouts, {len(same)} rows of {len(told)} games", f"{share:.2%}", "100 %", "100 %", verdict(reached=share == 1, stretch=share == 1)
    )


def _predicted(told: dict[Path, list[Row]], truths: dict[Path, list[Row]]) -> Line:
    scrimmage = [(row, true) for path, rows in told.items() for row, true in _pairs(rows, truths[path]) if true["down"]]
    share = sum(_same(row, true, SPOT, "predicted_") for row, true in scrimmage) / len(scrimmage)
    what = f"replays: predicted possession, spot, down, distance, {len(scrimmage)} scrimmage plays"
    return Line(what, f"{share:.2%}", "99 %", "99.7 %", verdict(reached=share >= 0.99, stretch=share >= 0.997))


def _disturbed(told: dict[Path, list[Row]]) -> Iterator[Line]:
    for name, disturb in (("shuffled", _shuffled), ("each event twice", _doubled), ("2 % dropped, corrected later", _late)):
        equal = [_rows(disturb(read(path))) == rows for path, rows in told.items()]
        yield Line(f"replays, {name}: equal to the undisturbed", f"{sum(equal)} of {len(equal)}", "equal", "", verdict(reached=all(equal), stretch=False))


def _shuffled(recording: Recording) -> Recording:
    records = list(recording.records)
    random.Random(26).shuffle(records)
    return Recording(recording.header, records)


def _doubled(recording: Recording) -> Recording:
    return Recording(recording.header, [record for record in recording.records for _ in range(2)])


def _late(recording: Recording) -> Recording:
    """Tell 2 % of the plays wrongly first, and put them right at the end."""
    plays = [record for record in recording.records if record.get("kind") == "play" and record.get("stats")]
    chosen = random.Random(26).sample(plays, max(1, len(plays) // 50))
    first = [{**record, "stats": [], "desc": "", "revision": 0} if record in chosen else record for record in recording.records]
    return Recording(recording.header, [*first, *({**record, "revision": 1} for record in chosen)])


def _college(folder: Path) -> Iterator[Line]:
    for path in sorted(folder.glob("*.events.jsonl.gz")):
        replay = Replay(read(path))
        list(replay.rows())
        state = replay.history.state
        finals = {
            f"{state.away_team} {state.away_score} - {state.home_team} {state.home_score}",
            f"{state.home_team} {state.home_score} - {state.away_team} {state.away_score}",
        }
        wanted = next(final for team, final in FINALS.items() if team in {state.home_team, state.away_team})
        yield Line(
            f"college final: {wanted}",
            min(finals - {wanted}, default=wanted) if wanted not in finals else wanted,
            "equal",
            "",
            verdict(reached=wanted in finals, stretch=False),
        )


def _pairs(rows: list[Row], truth: list[Row]) -> Iterator[tuple[Row, Row]]:
    by_id = {row["play_id"]: row for row in rows}
    return ((by_id.get(true["play_id"], {}), true) for true in truth)


def _same(row: Row, true: Row, columns: tuple[str, ...], prefix: str = "") -> bool:
    return all(row.get(prefix + name) == true[name] for name in columns)


def _truth(path: Path) -> list[Row]:
    with path.with_name(path.name.replace(".events.jsonl.gz", ".truth.csv")).open(encoding="utf-8") as lines:
        return [{name: _value(text) for name, text in row.items()} for row in csv.DictReader(lines)]


def _value(text: str) -> Any:
    return None if not text else int(text) if text.lstrip("-").isdigit() else text
