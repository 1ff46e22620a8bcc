"""Chances for every row of a table of plays: made-up games, and single rows whose answer is known."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from eddyline.cli.app import run
from eddyline.football.artefacts import load
from eddyline.plays.made_up import made_up_games
from eddyline.plays.prediction import predict
from eddyline.plays.tables import MOMENT_COLUMNS, Plays

GAME = {
    "game_id": "2018_01_GB_CHI",
    "season": 2018,
    "season_type": "REG",
    "home_team": "CHI",
    "away_team": "GB",
    "posteam_timeouts": 3,
    "defteam_timeouts": 3,
    "receive_2h_ko": 0,
    "spread_line": 3.0,
}
EMPTY = {"posteam": None, "down": None, "ydstogo": None, "yardline_100": None, "posteam_timeouts": None, "defteam_timeouts": None}


def row(quarter: int, seconds: int | None, home: int | None, away: int | None, **moment: Any) -> dict[str, Any]:
    return GAME | EMPTY | {"qtr": quarter, "quarter_seconds_remaining": seconds, "home_score": home, "away_score": away} | moment


def down(team: str, number: int = 1, to_go: int = 10, spot: int = 75, kind: str = "run", **more: Any) -> dict[str, Any]:
    told = {"posteam": team, "down": number, "ydstogo": to_go, "yardline_100": spot, "play_type": kind}
    return told | {"posteam_timeouts": 3, "defteam_timeouts": 3} | more


def answers(*rows: Mapping[str, Any]) -> dict[str, list[float]]:
    numbered = [dict(one) | {"seq": place} for place, one in enumerate(rows)]
    return dict(predict(Plays(pa.Table.from_pylist(numbered)), load()).to_pydict())


def test_administrative_rows_repeat_the_row_before() -> None:
    chances = answers(
        row(2, 300, 7, 3, **down("GB")),
        row(2, 290, 7, 3, play_type="timeout"),
        row(2, 120, None, None, play_type="two_minute_warning"),
        row(2, 110, 7, 3, **down("GB", 2)),
    )
    assert chances["home_wp"][0] == chances["home_wp"][1] == chances["home_wp"][2] != chances["home_wp"][3]


@pytest.mark.parametrize(("home", "away", "expected"), [(20, 17, (1.0, 0.0)), (17, 20, (0.0, 0.0))])
def test_the_end_of_the_game_is_exact(home: int, away: int, expected: tuple[float, float]) -> None:
    chances = answers(row(4, 40, home, away, **down("GB")), row(4, None, home, away, play_type="end_period"))
    assert (chances["home_wp"][1], chances["tie_wp"][1]) == expected
    assert chances["home_wp_spread"][1] == expected[0]


def test_level_after_overtime_is_a_tie_in_the_regular_season_and_no_end_in_the_postseason() -> None:
    moments = row(5, 20, 20, 20, **down("GB")), row(5, 0, 20, 20, play_type="end_period")
    chances = answers(*moments)
    assert (chances["home_wp"][1], chances["tie_wp"][1]) == (0.0, 1.0)
    chances = answers(*({**moment, "season_type": "DIV"} for moment in moments))
    assert chances["home_wp"][1] == chances["home_wp"][0]
    assert chances["tie_wp"] == [0.0, 0.0]


def test_level_after_four_quarters_is_the_toss_before_overtime() -> None:
    chances = answers(row(4, 10, 20, 20, **down("GB")), row(4, 0, 20, 20, play_type="end_period"))
    assert chances["home_wp"][1] + chances["tie_wp"][1] / 2 == pytest.approx(0.5, abs=1e-9)
    assert 0.02 < chances["tie_wp"][1] < 0.12


def test_the_half_hands_the_kickoff_to_who_is_due() -> None:
    first = row(1, 800, 0, 0, **down("GB", receive_2h_ko=1))
    mirrored = row(1, 800, 0, 0, **down("CHI", receive_2h_ko=1))
    end = row(2, 0, 0, 0, play_type="end_period")
    assert answers(first, end)["home_wp"][1] < answers(mirrored, end)["home_wp"][1]


def test_a_touchdown_at_zero_with_its_try_left_is_no_end() -> None:
    chances = answers(
        row(4, 5, 20, 26, **down("CHI", spot=5)), row(4, 0, 26, 26, play_type="timeout"), row(4, 0, 26, 26, posteam="CHI", play_type="extra_point")
    )
    assert chances["home_wp"][1] == chances["home_wp"][0]
    assert 0.9 < chances["home_wp"][2] < 1.0


def test_the_rows_of_a_try_and_of_the_kickoff_after_it_keep_the_view_of_the_team_that_scored() -> None:
    chances = answers(
        row(3, 300, 14, 10, **down("CHI", spot=1)),
        row(3, 295, 20, 10, posteam="CHI", play_type="extra_point", yardline_100=15),
        row(3, 295, 21, 10, posteam="GB", play_type="kickoff", yardline_100=35),
        row(3, 295, 21, 10, **down("GB")),
    )["home_wp"]
    # The try nearly always succeeds and a kickoff is nearly always a touchback: the last three are one moment.
    assert chances[1] == pytest.approx(chances[3], abs=0.01)
    assert chances[2] == pytest.approx(chances[3], abs=0.01)
    assert chances[1] > chances[0]


def test_a_try_told_as_a_run_without_a_down_is_still_a_try() -> None:
    as_run = answers(row(3, 295, 20, 10, posteam="CHI", play_type="run", yardline_100=2, ydstogo=0))
    assert as_run == answers(row(3, 295, 20, 10, posteam="CHI", play_type="extra_point", yardline_100=2, ydstogo=0))


def test_a_kick_stopped_by_a_penalty_names_the_kicking_team() -> None:
    stopped = answers(row(1, 900, 0, 0, posteam="GB", play_type="no_play", yardline_100=65))
    received = answers(row(1, 900, 0, 0, posteam="CHI", play_type="kickoff", yardline_100=35, receive_2h_ko=1))
    assert stopped["home_wp"] == pytest.approx(received["home_wp"], abs=1e-12)


def test_before_the_first_kickoff_both_receivers_are_as_likely() -> None:
    opening = answers(row(1, 900, None, None, play_type="admin"))["home_wp"][0]
    receives = answers(row(1, 900, 0, 0, posteam="CHI", play_type="kickoff"))["home_wp"][0]
    kicks = answers(row(1, 900, 0, 0, posteam="GB", play_type="kickoff"))["home_wp"][0]
    assert opening == pytest.approx((receives + kicks) / 2)


def test_possessions_of_overtime_are_counted_so_that_a_touchdown_is_worth_what_it_is() -> None:
    first = row(5, 500, 20, 20, **down("CHI", spot=50))
    later = (row(5, 600, 20, 20, posteam="GB", play_type="kickoff"), row(5, 560, 20, 20, **down("GB", 4, kind="punt")), first)
    opening = (row(5, 600, 20, 20, posteam="CHI", play_type="kickoff"), first)
    assert answers(*later)["home_wp"][2] > answers(*opening)["home_wp"][1]


def test_the_order_of_the_rows_is_told_by_seq_and_kept_in_the_answer() -> None:
    rows = [row(2, 300, 7, 3, **down("GB")) | {"seq": 5}, row(2, 290, 7, 3, play_type="timeout") | {"seq": 6}, row(2, 280, 7, 3, **down("GB", 3)) | {"seq": 7}]
    forward = predict(Plays(pa.Table.from_pylist(rows)), load()).to_pydict()
    backward = predict(Plays(pa.Table.from_pylist(rows[::-1])), load()).to_pydict()
    assert backward["seq"] == [7, 6, 5]
    assert backward["home_wp"] == forward["home_wp"][::-1]


def test_a_game_without_a_spread_has_one_answer() -> None:
    chances = answers(row(2, 300, 7, 3, **down("GB")) | {"spread_line": None})
    assert chances["home_wp"] == chances["home_wp_spread"]
    even = answers(row(2, 300, 7, 3, **down("GB")) | {"spread_line": 0.0})
    assert even["home_wp_spread"] != chances["home_wp_spread"]


CLASSES = (
    ("run", "pass", "punt", "field_goal", "qb_kneel", "qb_spike", "no_play"),
    ("kickoff",),
    ("extra_point", "two_point"),
    ("timeout", "admin", "end_period"),
)


def test_what_the_play_brought_is_not_looked_at() -> None:
    plays = made_up_games(4)
    rng = np.random.default_rng(3)
    shuffled = plays
    for name in plays.column_names:
        if name not in MOMENT_COLUMNS:
            shuffled = shuffled.set_column(plays.column_names.index(name), name, plays[name].take(pa.array(rng.permutation(len(plays)))))
    kinds = [rng.choice(next(several for several in CLASSES if kind in several)) for kind in plays["play_type"].to_pylist()]
    shuffled = shuffled.set_column(plays.column_names.index("play_type"), "play_type", pa.array(kinds, pa.string()))
    assert not shuffled.equals(plays)
    assert predict(Plays(shuffled), load()).equals(predict(Plays(plays), load()))


def test_a_play_has_the_same_chances_whatever_comes_after_it() -> None:
    plays = made_up_games(1)
    whole = predict(Plays(plays), load())
    for rows in (1, 2, 20, 90):
        assert predict(Plays(plays.slice(0, rows)), load()).equals(whole.slice(0, rows))


def test_the_command_writes_a_row_a_row_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row(2, 300, 7, 3, **down("GB")) | {"seq": 0}, row(2, 290, 7, 3, play_type="timeout") | {"seq": 1}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in.parquet")
    with pytest.raises(SystemExit) as ended:
        run(["football", "predict", "--plays", str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.parquet"), "--json"])
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 2
    written = pq.read_table(tmp_path / "out.parquet")
    assert written.column_names == ["game_id", "seq", "home_wp", "home_wp_spread", "tie_wp"]
    assert np.isfinite(written["home_wp"].to_numpy()).all()
