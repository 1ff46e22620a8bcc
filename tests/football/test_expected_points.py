"""Expected points and what plays are worth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_situations import situation

from eddyline.football.artefacts.expected_points import load
from eddyline.football.play_values import Moments, expected_points_added, play_values
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


def moments(**changes: object) -> Moments:
    #  run by home, punt by home, touchdown by away, then the next half
    plain: dict[str, object] = {
        "half": [1, 1, 1, 2],
        "home_has_ball": [True, True, False, True],
        "scrimmage": [True, True, True, True],
        "expected_points": [1.0, 0.5, 2.0, 1.0],
        "win": [0.5, 0.45, 0.6, 0.35],
        "points": [0, 0, 6, 0],
        "after": [0.45, 0.4, 0.65, 0.4],
    }
    return Moments(**{name: np.array(column) for name, column in (plain | changes).items()})  # type: ignore[arg-type]


def test_a_play_is_worth_where_the_next_one_stands_and_a_change_of_hands_turns_the_sign() -> None:
    told = play_values(moments())
    np.testing.assert_allclose(told.epa, [-0.5, -2.5, 4.95, -1.0])
    np.testing.assert_allclose(told.wpa, [-0.05, -0.05, 0.05, 0.05])
    assert told.success.tolist() == [False, False, True, False]


def test_nothing_is_carried_over_the_half_and_what_is_no_down_has_no_value() -> None:
    told = play_values(moments(half=np.array([1, 2, 2, 3]), scrimmage=np.array([True, False, True, True])))
    assert told.epa[0] == -1.0
    assert np.isnan(told.epa[1])
    assert np.isnan(told.wpa[1])


def test_a_plays_worth_by_itself_is_that_among_others() -> None:
    assert expected_points_added(1.0, 0.5, 0) == -0.5
    assert expected_points_added(2.0, 1.0, 6) == pytest.approx(4.95)
    assert expected_points_added(2.0, None, 3) == 1.0
    assert expected_points_added(2.0, None, -6) == pytest.approx(-8.95)
