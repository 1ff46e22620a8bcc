"""`eddyline football chart`, `summary` and `export`, on a recording and on a table of plays."""

import csv
import gzip
import json
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from eddyline.cli.app import run
from eddyline.plays.made_up import made_up_games

HEADER = {
    "kind": "header",
    "game_id": "2018_02_MIN_GB",
    "feed": "gamecenter",
    "season": 2018,
    "season_type": "REG",
    "home": "GB",
    "away": "MIN",
    "spread_line": -1.0,
}
PLAYS = [
    (36, "15:00", 0, 0, "MIN 35", "MIN", "D.Kicker kicks 65 yards from MIN 35 to end zone, Touchback.", [("MIN", 44, 65), ("GB", 51, 0)]),
    (51, "15:00", 1, 10, "GB 25", "GB", "(15:00) A.Runner left end to GB 31 for 6 yards (B.Tackler).", [("GB", 10, 6)]),
    (75, "14:27", 2, 4, "GB 31", "GB", "(14:27) C.Thrower pass deep left to D.Catcher for 69 yards, TOUCHDOWN.", [("GB", 16, 69), ("GB", 22, 69)]),
    (97, "14:15", 0, 0, "MIN 15", "GB", "E.Booter extra point is GOOD, Center-F.Snapper, Holder-G.Holder.", [("GB", 72, 1)]),
    (110, "14:15", 0, 0, "GB 35", "GB", "E.Booter kicks 65 yards from GB 35 to end zone, Touchback.", [("GB", 44, 65), ("MIN", 51, 0)]),
    (130, "14:15", 1, 10, "MIN 25", "MIN", "(14:15) H.Passer pass incomplete short left to I.Receiver.", [("MIN", 14, 0)]),
    (140, ":00", 0, 0, "", "", "END GAME", []),
]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A game of seven events in the Game Center's dialect."""
    lines = [HEADER]
    for play_id, clock, down, distance, spot, team, text, stats in PLAYS:
        told = [{"seq": number, "team": who, "stat_id": what, "yards": yards} for number, (who, what, yards) in enumerate(stats, 1)]
        scoring = int("TOUCHDOWN" in text or "GOOD" in text)
        note = "KICKOFF" if "kicks" in text else "TD" if "TOUCHDOWN" in text else "XP" if "GOOD" in text else None
        moment = {"qtr": 4 if text == "END GAME" else 1, "clock": clock, "down": down, "ydstogo": distance, "yrdln": spot, "posteam": team}
        lines.append({"kind": "play", "play_id": play_id, "drive": 1, **moment, "scoring": scoring, "note": note, "desc": text, "stats": told})
    file = tmp_path / "game.events.jsonl.gz"
    with gzip.open(file, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(line) + "\n" for line in lines)
    return file


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Three made-up games."""
    file = tmp_path / "plays.parquet"
    pq.write_table(made_up_games(3), file)
    return file


def football(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        sys.exit(run(["football", *arguments]))
    return int(ended.value.code or 0)


def a_game(table: Path) -> str:
    return str(pq.read_table(table)["game_id"][0])


def test_a_recording_is_drawn_at_80_columns_with_score_and_turning_points(
    recording: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert football("chart", str(recording)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "MIN 0 - GB 7"
    assert max(map(len, lines)) <= 80
    assert any("pass deep left to D.Catcher" in line for line in lines)


def test_the_picture_is_written_where_it_was_asked_for(recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert football("chart", str(recording), "--out", str(tmp_path / "new" / "game.png")) == 0
    assert (tmp_path / "new" / "game.png").read_bytes().startswith(b"\x89PNG")
    assert f"The picture is in {tmp_path / 'new' / 'game.png'}." in capsys.readouterr().out


def test_chart_data_for_programs_ends_with_the_result(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert football("chart", str(recording), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"timestamps", "home_wp", "away_wp", "tie_wp"}
    assert (told["home_wp"][-1], told["away_wp"][-1]) == (1.0, 0.0)


def test_the_spread_can_be_left_out(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = []
    for options in ((), ("--no-spread",)):
        football("chart", str(recording), "--json", *options)
        first.append(json.loads(capsys.readouterr().out)["home_wp"][0])
    assert first[0] != first[1]


def test_the_summary_names_teams_plays_and_players(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert football("summary", str(recording)) == 0
    told = capsys.readouterr().out
    assert all(words in told for words in ("MIN 0 - GB 7", "Turning points", "D.Catcher (GB)", "success rate", "special teams"))


def test_the_summary_for_programs_adds_up(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert football("summary", str(recording), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["home"]["points"], told["away"]["points"], told["over"]) == (7, 0, True)
    assert sum(told["home"]["gains"].values()) == pytest.approx(-sum(told["away"]["gains"].values()))


@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
def test_a_table_s_game_is_exported_in_each_format(ending: str, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / f"game.{ending}"
    assert football("export", str(table), "--game", a_game(table), "--to", str(out), "--json") == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    readers = {
        "csv": lambda: list(csv.DictReader(out.read_text().splitlines())),
        "json": lambda: json.loads(out.read_text()),
        "parquet": lambda: pq.read_table(out).to_pylist(),
    }
    found = readers[ending]()
    assert len(found) == rows > 50
    assert float(found[-1]["home_wp"]) in {0.0, 1.0}


def test_a_table_s_game_ends_with_its_result_and_its_plays_have_values(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert football("summary", str(table), "--game", a_game(table), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    plays = pq.read_table(table, filters=[("game_id", "==", a_game(table))]).to_pylist()
    assert (told["home"]["points"], told["away"]["points"]) == (plays[0]["home_final"], plays[0]["away_final"])
    assert told["home"]["success_rate"] is not None
    assert told["home"]["plays"] > 20


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chart", "PLAYS"], "name one with --game, such as 2024_01_"),
        (["chart", "PLAYS", "--game", "2024_01_NOBODY"], "the table has no game 2024_01_NOBODY"),
        (["chart", "PLAYS", "--game", "x", "--out", "game.bmp"], "name a file that ends in .png, .svg or .pdf"),
        (["chart", "PLAYS", "--game", "GAME", "--out", "/proc/game.png"], "name a file in a folder that you may write to"),
        (["export", "PLAYS", "--game", "GAME", "--to", "/proc/game.csv"], "name a file in a folder that you may write to"),
        (["export", "PLAYS", "--to", "game.xlsx"], "name a file that ends in .csv, .json or .parquet"),
        (["summary", "missing.events.jsonl.gz"], "missing.events.jsonl.gz"),
        (["chart", "missing.parquet", "--game", "x"], "missing.parquet"),
    ],
)
def test_what_goes_wrong_is_one_sentence_that_says_what_to_do(arguments: list[str], said: str, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert football(*[{"PLAYS": str(table), "GAME": a_game(table)}.get(argument, argument) for argument in arguments]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
