"""Recorded games in files: what is read, what is told to the user, and the rows that come out."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eddyline.cli.football import app
from eddyline.errors import PlaysError
from eddyline.plays.feed_files import Recording, read
from eddyline.plays.replay import Replay
from tests.football import college_records
from tests.football.game_center_records import HEADER, kick, record

SUMMARY = {
    "kind": "score_summary",
    "play_id": 113,
    "qtr": 1,
    "team": "DEN",
    "type": "TD",
    "desc": "C.Harris 45 yd. interception return (B.McManus kick failed)",
}


def a_game() -> list[dict[str, Any]]:
    """Tell of a kickoff, two plays, an interception that is returned for a touchdown with its try missing, and the next kickoff."""
    return [
        kick("B.M kicks 65 yards from DEN 35 to end zone, Touchback.", (44, "DEN", 65), at="DEN 35", team="DEN", play_id=36, qtr=1, clock="15:00"),
        record("K.D right guard to MIA 31 for 6 yards.", (10, "MIA", 6), at="MIA 25", play_id=54, qtr=1, clock="15:00"),
        kick("Timeout #1 by DEN at 13:50.", (68, "DEN", 0), at="", team="", play_id=96, qtr=1, clock="13:50"),
        record(
            "J.C pass INTERCEPTED by C.H at MIA 45. C.H for 45 yards, TOUCHDOWN.",
            (26, "DEN", 45),
            at="MIA 31",
            down=2,
            to_go=4,
            play_id=113,
            qtr=1,
            clock="13:50",
        ),
        kick("B.M kicks 65 yards from DEN 35 to end zone, Touchback.", (44, "DEN", 65), at="DEN 35", team="DEN", play_id=140, qtr=1, clock="13:42"),
        record("K.D right guard to MIA 24 for -1 yards.", (10, "MIA", -1), at="MIA 25", play_id=160, qtr=1, clock="13:42"),
    ]


def write(path: Path, records: list[dict[str, Any]], header: dict[str, Any] = HEADER) -> Path:
    data = "".join(json.dumps(one) + "\n" for one in [header, *records]).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def rows(records: list[dict[str, Any]], header: dict[str, Any] = HEADER) -> list[dict[str, Any]]:
    return list(Replay(Recording(header, records)).rows())


def test_each_row_has_the_state_as_stated_and_as_believed() -> None:
    told = rows([*a_game(), SUMMARY])
    assert [row["play_id"] for row in told] == [36, 54, 96, 113, 114, 140, 160]
    kicked, run, timeout, lost, attempt, again, last = told
    assert (kicked["posteam"], kicked["yardline_100"], kicked["predicted_posteam"]) == ("MIA", 35, None)
    assert (run["posteam"], run["yardline_100"], run["down"], run["ydstogo"]) == ("MIA", 75, 1, 10)
    assert (run["predicted_posteam"], run["predicted_yardline_100"], run["predicted_down"], run["predicted_ydstogo"]) == ("MIA", 75, 1, 10)
    assert (timeout["play_type"], timeout["posteam"], timeout["posteam_timeouts"], timeout["home_score"]) == ("timeout", None, None, 0)
    assert (lost["defteam_timeouts"], lost["td_team"], lost["away_points_play"], lost["interception"]) == (2, "DEN", 6, 0)
    assert (attempt["synthetic"], attempt["extra_point_result"], attempt["posteam"], attempt["yardline_100"], attempt["away_score"]) == (
        1,
        "missed",
        "DEN",
        15,
        6,
    )
    assert (again["posteam"], again["predicted_posteam"], again["predicted_yardline_100"], again["away_score"]) == ("MIA", "MIA", 35, 6)
    assert (last["away_score"], last["predicted_yardline_100"]) == (6, 75)


def test_the_order_of_the_records_does_not_matter_after_all_corrections() -> None:
    records = [*a_game(), SUMMARY]
    assert rows(list(reversed(records))) == rows(records) == rows(records + records)


def test_a_row_of_what_is_believed_does_not_read_its_own_play() -> None:
    changed = record("K.D right end for 69 yards, TOUCHDOWN.", (11, "MIA", 69), at="MIA 30", down=3, to_go=9, play_id=160, qtr=2, clock="01:00")
    for one, other in zip(rows(a_game()), rows([*a_game()[:-1], changed]), strict=True):
        assert {name: value for name, value in one.items() if name.startswith("predicted_")} == {
            name: value for name, value in other.items() if name.startswith("predicted_")
        }


def test_live_rows_know_only_what_came_before() -> None:
    live = list(Replay(Recording(HEADER, [*a_game(), SUMMARY])).live())
    assert [(row["arrival"], row["play_id"]) for row in live] == [(0, 36), (1, 54), (2, 96), (3, 113), (4, 114), (4, 140), (5, 160), (6, 114)]
    guessed, corrected = [row for row in live if row["play_id"] == 114]
    assert (guessed["extra_point_result"], corrected["extra_point_result"]) == ("good", "missed")
    assert next(row for row in live if row["play_id"] == 160)["away_score"] == 7


@pytest.mark.parametrize(
    "correction",
    [
        record("K.D to MIA 29 for 4 yards.", (10, "MIA", 4), at="MIA 25", play_id=54, qtr=1, clock="15:00"),
        record("K.D to MIA 29 for 4 yards.", (10, "MIA", 4), at="MIA 25", play_id=54, qtr=1, clock="15:00", revision=3),
        record("K.D to MIA 29 for 4 yards.", (10, "MIA", 4), at="MIA 25", play_id=999, correction_of=54, qtr=1, clock="15:00"),
        {
            "kind": "correction",
            "correction_of": 54,
            "play": record("K.D to MIA 29 for 4 yards.", (10, "MIA", 4), at="MIA 25", play_id=54, qtr=1, clock="15:00"),
        },
        {"type": "correction", "correction_of": 54, "event": record("K.D to MIA 29 for 4 yards.", (10, "MIA", 4), at="MIA 25", qtr=1, clock="15:00")},
        {"kind": "correction", "play_id": 54, "play": record("K.D to MIA 29 for 4 yards.", (10, "MIA", 4), at="MIA 25", qtr=1, clock="15:00")},
    ],
)
def test_a_correction_may_come_in_several_shapes(correction: dict[str, Any]) -> None:
    replay = Replay(Recording(HEADER, [*a_game(), correction]))
    told = {row["play_id"]: row for row in replay.rows()}
    assert told[96]["predicted_yardline_100"] == 71
    assert set(told) == {36, 54, 96, 113, 114, 140, 160}
    assert replay.report()["corrected"] == 1


def test_a_correction_without_a_play_removes_it() -> None:
    assert 96 not in {row["play_id"] for row in rows([*a_game(), {"kind": "correction", "correction_of": 96}])}


def test_the_final_scores_of_a_header_are_not_looked_at() -> None:
    final = {"home_score_by_quarter": {"1": 55, "T": 99}, "away_score_by_quarter": {"1": 44, "T": 88}}
    assert rows(a_game(), HEADER | final) == rows(a_game())


def test_college_records_are_told_again_too() -> None:
    replay = Replay(Recording(college_records.HEADER, list(reversed(college_records.a_drive()))))
    assert [row["predicted_yardline_100"] for row in replay.rows()][1:] == [75, 69, 62, 50, 82, 79]


@pytest.mark.parametrize("name", ["game.events.jsonl", "game.events.jsonl.gz"])
@pytest.mark.parametrize("out", ["states.jsonl", "states.jsonl.gz"])
def test_the_command_writes_a_row_a_line(tmp_path: Path, name: str, out: str) -> None:
    file, states = write(tmp_path / name, [*a_game(), SUMMARY]), tmp_path / out
    result = CliRunner().invoke(app, ["replay", str(file), "--states", str(states), "--json"])
    assert result.exit_code == 0, result.output
    data = states.read_bytes()
    lines = (gzip.decompress(data) if out.endswith(".gz") else data).decode().splitlines()
    assert [json.loads(line) for line in lines] == rows([*a_game(), SUMMARY])
    report = json.loads(result.stdout)
    assert (report["rows"], report["away_score"], report["tries_inferred"], report["rejected"]) == (7, 6, 1, [])


def test_the_command_says_in_words_how_the_game_stands(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["replay", str(write(tmp_path / "g.jsonl", a_game())), "--states", str(tmp_path / "out"), "--live"])
    assert result.exit_code == 0
    assert "DEN 7 - MIA 0 (Q1 13:42 - 2nd & 11 at OWN 24)" in result.output
    assert "3 of 3 plays from scrimmage began as we believed" in result.output


def test_a_record_that_means_nothing_is_told_and_the_rest_is_written(tmp_path: Path) -> None:
    file = write(tmp_path / "g.jsonl", [*a_game(), {"kind": "play", "desc": "no id"}])
    file.write_bytes(file.read_bytes() + b"{not json\n[1]\n")
    result = CliRunner().invoke(app, ["replay", str(file), "--states", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert result.output.count("not understood: ") == 3
    assert len((tmp_path / "out").read_text().splitlines()) == 7


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"kind": "play"}\n', "no header"),
        (b'{"kind": "header", "feed": "telegraph", "home": "A", "away": "B", "season": 1960}\n', "telegraph"),
        (b'{"kind": "header", "home": "A"}\n', "lacks"),
        (gzip.compress(b"abc", mtime=0)[:-6], "damaged"),
        (b"\xff\xfe\n", "damaged"),
    ],
)
def test_a_file_that_is_no_recording_is_refused_with_what_to_do(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "game").write_bytes(content)
    with pytest.raises(PlaysError, match=said):
        Replay(read(tmp_path / "game"))
