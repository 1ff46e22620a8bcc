"""Tables of plays: ours and nflverse's, as situations."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from eddyline.errors import PlaysError
from eddyline.plays.tables import read_folder, read_plays


def nflverse_rows() -> pa.Table:
    return pa.table(
        {
            "game_id": ["2019_01_GB_CHI"] * 3,
            "season": [2019] * 3,
            "season_type": ["REG"] * 3,
            "week": [1] * 3,
            "home_team": ["CHI"] * 3,
            "away_team": ["GB"] * 3,
            "order_sequence": [1.0, 2.0, 3.0],
            "play_id": [1.0, 40.0, 60.0],
            "qtr": [1.0, 1.0, 4.0],
            "quarter_seconds_remaining": [900.0, 850.0, 30.0],
            "posteam": [None, "GB", "CHI"],
            "down": [None, 2.0, 1.0],
            "ydstogo": [0.0, 7.0, 10.0],
            "yardline_100": [None, 72.0, 40.0],
            "posteam_score": [None, 3.0, 7.0],
            "defteam_score": [None, 0.0, 10.0],
            "posteam_timeouts_remaining": [3.0, 3.0, 1.0],
            "defteam_timeouts_remaining": [3.0, 2.0, 0.0],
            "home_opening_kickoff": [1.0, 1.0, 1.0],
            "play_type": [None, "pass", "run"],
            "two_point_attempt": [None, 0.0, 0.0],
            "timeout": [None, 0.0, 0.0],
            "spread_line": [3.0, 3.0, 3.0],
            "home_score": [7, 7, 7],
            "away_score": [10, 10, 10],
        }
    )


def test_nflverse_scores_are_those_before_the_play_and_the_spread_is_the_offences(tmp_path: Path) -> None:
    pq.write_table(nflverse_rows(), tmp_path / "play_by_play_2019.parquet")
    plays = read_plays(tmp_path / "play_by_play_2019.parquet")
    moments = plays.take(plays.scrimmage()).situations()
    assert moments.margin.tolist() == [3, -3]
    assert moments.spread.tolist() == [-3.0, 3.0]
    assert moments.home.tolist() == [0, 1]
    assert moments.opponent_timeouts.tolist() == [2, 0]
    assert plays.texts("play_type").tolist() == ["admin", "pass", "run"]


def test_where_nobody_has_the_ball_the_score_after_the_row_is_the_score(tmp_path: Path) -> None:
    totals = {"total_home_score": [0.0, 6.0, 7.0], "total_away_score": [0.0, 3.0, 10.0]}
    table = nflverse_rows()
    for name, column in totals.items():
        table = table.append_column(name, pa.array(column))
    pq.write_table(table, tmp_path / "plays.parquet")
    plays = read_plays(tmp_path / "plays.parquet")
    assert plays.ints("home_score", -1).tolist() == [0, 0, 7]  # the second row's touchdown comes after it
    assert plays.ints("away_score", -1).tolist() == [0, 3, 10]


def test_who_receives_the_first_kickoff_does_not_get_the_second_halfs(tmp_path: Path) -> None:
    pq.write_table(nflverse_rows(), tmp_path / "plays.parquet")
    plays = read_plays(tmp_path / "plays.parquet")
    # Chicago received at the start, so Green Bay will after the half; in the fourth quarter nobody waits for it any more.
    assert plays.take(plays.scrimmage()).situations().receives_second_half.tolist() == [True, False]


def test_an_unknown_spread_stays_unknown(tmp_path: Path) -> None:
    table = nflverse_rows()
    at = table.column_names.index("spread_line")
    pq.write_table(table.set_column(at, "spread_line", pa.nulls(3, pa.float64())), tmp_path / "plays.parquet")
    assert np.isnan(read_plays(tmp_path / "plays.parquet").situations().spread).all()


def test_plays_are_grouped_by_the_rule_book_they_were_played_under(tmp_path: Path) -> None:
    table = nflverse_rows()
    at = table.column_names.index("season_type")
    pq.write_table(table.set_column(at, "season_type", pa.array(["REG", "POST", "POST"])), tmp_path / "plays.parquet")
    groups = [(rules.season, rules.postseason, rows.tolist()) for rules, rows in read_plays(tmp_path / "plays.parquet").by_rules()]
    assert groups == [(2019, False, [0]), (2019, True, [1, 2])]


def test_a_table_without_plays_says_which_columns_it_lacks(tmp_path: Path) -> None:
    pq.write_table(pa.table({"game_id": ["x"], "play_type": ["run"]}), tmp_path / "plays.parquet")
    with pytest.raises(PlaysError, match="lacks the columns season, season_type"):
        read_plays(tmp_path / "plays.parquet")


def test_what_is_no_parquet_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "plays.parquet").write_text("down,distance")
    with pytest.raises(PlaysError, match="cannot be read as a Parquet file of plays"):
        read_plays(tmp_path / "plays.parquet")


def test_a_folder_gives_the_wanted_seasons_only_and_passes_over_other_tables(tmp_path: Path) -> None:
    pq.write_table(nflverse_rows(), tmp_path / "play_by_play_2019.parquet")
    pq.write_table(pa.table({"game_id": ["2019_01_GB_CHI"], "home_score": [7]}), tmp_path / "games.parquet")
    assert len(read_folder(tmp_path, [2019])) == 3
    with pytest.raises(PlaysError, match="no plays of the seasons 2010 to 2011"):
        read_folder(tmp_path, [2010, 2011])


def test_a_broken_file_in_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "nfl_2011.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(PlaysError, match=r"nfl_2011.parquet cannot be read as Parquet"):
        read_folder(tmp_path, [2011])
