"""Recorded games: one JSON object a line, plain or gzipped, in a feed's own dialect."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eddyline.errors import PlaysError
from eddyline.football.events import AnyEvent, Correction, PlayId
from eddyline.football.feeds.college_data import CollegeData
from eddyline.football.feeds.game_center import GameCenter
from eddyline.football.feeds.scoring_summary import ScoringLine, scoring_line
from eddyline.football.history import History
from eddyline.football.ordering import by_clock, by_id
from eddyline.football.state import GameState

Record = dict[str, Any]
_WORDS = ("desc", "play_text")  # where the dialects keep a play's text
Feed = GameCenter | CollegeData


@dataclass(slots=True)
class Recording:
    """A game's records as they stand in a file, without those that cannot be read."""

    header: Record
    records: list[Record]
    unreadable: list[str] = field(default_factory=list)  # where, and why


def read(path: Path) -> Recording:
    """Read a recorded game; a line that is no record is told, not dropped in silence.

    Raises PlaysError where the file cannot be read or names no game.
    """
    records, unreadable = [], []
    for number, line in enumerate(_lines(path), 1):
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise TypeError("no JSON object")  # noqa: TRY301 - told below like any other line that is no record
        except (ValueError, TypeError) as error:
            unreadable.append(f"line {number}: {error}")
        else:
            records.append(record)
    header = next((record for record in records if record.get("kind") == "header"), None)
    if header is None:
        raise PlaysError(f"{path} has no header, a line with kind, game_id, season, home and away: record the game again with its header")
    return Recording(header, [record for record in records if record.get("kind") != "header"], unreadable)


def feed_of(recording: Recording) -> Feed:
    """Return the adapter of the dialect that a recording's header names.

    Raises PlaysError for a dialect that nobody taught us, or a header that lacks something.
    """
    try:
        return _DIALECTS[str(recording.header.get("feed") or "gamecenter")](recording.header, recording.records)
    except KeyError as error:
        known = " or ".join(_DIALECTS)
        raise PlaysError(f"the header lacks {error} or names a feed other than {known}: complete the first line of the file") from error


def history_of(feed: Feed) -> History:
    """Return the empty history of a feed's game."""
    start = GameState(home_team=feed.home, away_team=feed.away, yards_to_goal=feed.rules.kickoff_from)
    return History(feed.rules, start, by_clock if isinstance(feed, GameCenter) else by_id)


def events_of(feed: Feed, record: Mapping[str, Any]) -> list[AnyEvent]:
    """Turn one record into the events that it tells of; a record of another kind gives none."""
    kind = record.get("kind") or record.get("type") or "play"
    if kind not in {"play", "correction"}:
        return []
    replaced = record.get("correction_of", record.get("play_id") if kind == "correction" else None)
    told = _told(record)
    if kind == "correction" and told is None:
        return [Correction(correction_of=_id(replaced), revision=int(record.get("revision") or 0))]
    told = record if told is None else told
    return list(feed.read({**told, "play_id": replaced} if replaced is not None else told))


def _told(record: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the play that a record tells of: its own words, or those of a record within."""
    if any(words in record for words in _WORDS):
        return record
    return next((within for within in record.values() if isinstance(within, Mapping) and any(words in within for words in _WORDS)), None)


def _id(said: Any) -> PlayId:
    if said is None:
        raise ValueError("a correction that names no play")
    return int(said) if str(said).isdigit() else str(said)


def lines_of(records: Iterable[Mapping[str, Any]]) -> list[ScoringLine]:
    """Return the scoring summary that stands among a game's records."""
    return [scoring_line(record) for record in records if record.get("kind") == "score_summary"]


def _lines(path: Path) -> list[str]:
    try:
        data = path.read_bytes()
        text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        return [line for line in text.decode("utf-8").splitlines() if line.strip()]
    except (EOFError, zlib.error, UnicodeDecodeError) as error:
        raise PlaysError(f"{path} is damaged ({error}): fetch the file again") from error


_DIALECTS: dict[str, Callable[[Record, list[Record]], Feed]] = {
    "gamecenter": lambda header, _: GameCenter.from_header(header),
    "cfbd": CollegeData.from_header,
}
