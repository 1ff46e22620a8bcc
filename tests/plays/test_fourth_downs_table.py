"""`eddyline football fourth-down` on files of plays."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from eddyline.cli.football import app
from eddyline.football.artefacts import load
from eddyline.football.artefacts.fourth_down import load as load_fourth_down
from eddyline.plays.fourth_downs import advise_plays, read_fourth_downs

COLUMNS = ["game_id", "seq", "go_wp", "field_goal_wp", "punt_wp", "best", "margin", "confidence"]


def rows(**changes: object) -> pa.Table:
    plain: dict[str, list[object]] = {
        "game_id": ["2019_01_GB_CHI", "2019_01_GB_CHI", "2009_01_GB_CHI", "2019_01_GB_CHI"],
        "season": [2019, 2019, 2009, 2019],
        "season_type": ["REG"] * 4,
        "home_team": ["CHI"] * 4,
        "away_team": ["GB"] * 4,
        "seq": [1, 2, 3, 4],
        "qtr": [1, 2, 4, 4],
        "quarter_seconds_remaining": [800, 700, 100, 50],
        "posteam": ["GB", "GB", "CHI", None],
        "down": [4, 3, 4, None],
        "ydstogo": [2, 7, 9, 0],
        "yardline_100": [72, 30, 20, None],
        "home_score": [0, 0, 7, 7],
        "away_score": [0, 0, 9, 9],
        "posteam_timeouts": [3, 3, 2, 2],
        "defteam_timeouts": [3, 3, 1, 1],
        "receive_2h_ko": [1, 1, 0, 0],
        "spread_line": [3.0, 3.0, None, 3.0],
        "play_type": ["punt", "run", "field_goal", "timeout"],
    }
    return pa.table({**plain, **changes})


def answers(tmp_path: Path, table: pa.Table) -> pa.Table:
    pq.write_table(table, tmp_path / "in.parquet")
    return advise_plays(read_fourth_downs(tmp_path / "in.parquet"), load_fourth_down(), load())


def test_the_command_answers_each_fourth_down_in_the_files_order(tmp_path: Path) -> None:
    pq.write_table(rows(), tmp_path / "in.parquet")
    ran = CliRunner().invoke(app, ["fourth-down", "--plays", str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.parquet"), "--json"])
    assert ran.exit_code == 0, ran.output
    out = pq.read_table(tmp_path / "out.parquet")
    assert out.column_names == COLUMNS
    assert out["seq"].to_pylist() == [1, 3]
    assert [out[name].null_count for name in ("go_wp", "field_goal_wp", "punt_wp")] == [0, 1, 1]
    assert out["best"].to_pylist()[1] == "field_goal"
    report = json.loads(ran.output)
    assert report["fourth_downs"] == sum(report["best"].values()) == 2


def test_only_what_is_known_before_the_snap_is_looked_at(tmp_path: Path) -> None:
    before = answers(tmp_path, rows())
    assert (
        answers(tmp_path, rows(play_type=["run"] * 4, yards_gained=[80, 1, 2, 3], home_final=[3, 3, 3, 3], field_goal_result=[None, None, "made", None]))
        == before
    )


def test_a_roof_and_a_higher_total_help_where_the_file_knows_of_them(tmp_path: Path) -> None:
    plain = answers(tmp_path, rows())
    known = answers(tmp_path, rows(roof=["dome"] * 4, total_line=[60.0] * 4))
    assert known["field_goal_wp"][1].as_py() > plain["field_goal_wp"][1].as_py()
    assert known["go_wp"][0].as_py() > plain["go_wp"][0].as_py()


def test_a_file_without_fourth_downs_gives_an_empty_table(tmp_path: Path) -> None:
    table = answers(tmp_path, rows(down=[1, 2, 3, None]))
    assert (table.num_rows, table.column_names) == (0, COLUMNS)


@pytest.mark.parametrize("place", ["in", "out"])
def test_a_file_that_cannot_be_read_or_written_is_named(tmp_path: Path, place: str) -> None:
    pq.write_table(rows(), tmp_path / "in.parquet")
    files = {"in": tmp_path / "in.parquet", "out": tmp_path / "out.parquet"} | {place: tmp_path / "nowhere" / "x.parquet"}
    ran = CliRunner().invoke(app, ["fourth-down", "--plays", str(files["in"]), "--out", str(files["out"])])
    assert ran.exit_code != 0
    assert "x.parquet" in str(ran.exception)
