"""Expected points and what plays are worth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_situations import situation

from eddyline.football.artefacts.expected_points import load
from eddyline.football.play_values import expected_points_added
from eddyline.football.rules import nfl

RULES = nfl(2018)


def expected(**changes: float) -> float:
    return float(load().of(situation(**changes), RULES)[0])


def test_first_and_goal_is_worth_about_a_touchdown_and_a_teams_own_goal_line_less_than_nothing() -> None:
    assert 5 < expected(yards_to_goal=2, distance=2) < 7
    assert 0.5 < expected(yards_to_goal=75) < 1.5
    assert expected(yards_to_goal=98, down=3, distance=15) < -0.5


@given(st.integers(1, 4), st.integers(1, 99), st.integers(1, 30), st.integers(0, 900), st.integers(1, 4))
def test_the_chances_of_the_next_score_add_up_to_one(down: int, spot: int, distance: int, seconds: int, quarter: int) -> None:
    at = situation(down=down, yards_to_goal=spot, distance=distance, seconds=seconds, quarter=quarter)
    chances = load().chances(at, RULES)
    assert chances.shape == (1, 7)
    assert (chances >= 0).all()
    assert chances.sum() == pytest.approx(1)


def test_closer_to_the_goal_line_and_on_an_earlier_down_more_is_expected() -> None:
    by_spot = [expected(yards_to_goal=spot, distance=min(10, spot)) for spot in range(90, 10, -5)]
    assert (np.diff(by_spot) > 0).all()
    by_down = [expected(down=down, yards_to_goal=50, distance=8) for down in (1, 2, 3, 4)]
    assert (np.diff(by_down) < 0).all()


def test_with_a_second_left_far_from_the_goal_line_nothing_is_expected() -> None:
    assert abs(expected(quarter=2, seconds=1, yards_to_goal=80)) < 0.25
    assert expected(quarter=1, seconds=1, yards_to_goal=80) > 0.3  # the half goes on


def test_a_play_is_worth_what_it_scored_or_where_the_next_one_stands() -> None:
    assert expected_points_added(1.0, 0.5, 0) == -0.5
    assert expected_points_added(2.0, 1.0, 6) == pytest.approx(4.95)
    assert expected_points_added(2.0, None, 3) == 1.0
    assert expected_points_added(2.0, None, -6) == pytest.approx(-8.95)
    assert expected_points_added(1.0, None, 0) == -1.0
    assert expected_points_added(-1.0, 3.0, -2) == -1.0
