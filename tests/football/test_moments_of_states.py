"""From a game's state to the models' questions, and back to both teams' chances."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from eddyline.football import artefacts
from eddyline.football.moments import moment_of, standing
from eddyline.football.rules import nfl
from eddyline.football.state import GameState, Phase

MODEL, RULES = artefacts.load(), nfl(2018)
THIRD_AND_SHORT = GameState(
    home_team="GB",
    away_team="MIN",
    home_score=20,
    away_score=14,
    quarter=2,
    seconds=452,
    phase=Phase.SCRIMMAGE,
    possession="MIN",
    yards_to_goal=40,
    down=3,
    distance=2,
    home_timeouts=1,
    away_timeouts=3,
    second_half_receiver="MIN",
)

states = st.builds(
    replace,
    st.just(THIRD_AND_SHORT),
    home_score=st.integers(0, 50),
    away_score=st.integers(0, 50),
    quarter=st.integers(1, 5),
    seconds=st.integers(1, 600),
    phase=st.sampled_from([Phase.SCRIMMAGE, Phase.KICKOFF, Phase.FREE_KICK, Phase.TRY]),
    possession=st.sampled_from(["GB", "MIN", ""]),
    yards_to_goal=st.integers(1, 99),
    home_timeouts=st.integers(0, 3),
)


def test_a_state_is_told_from_the_view_of_the_team_with_the_ball() -> None:
    row = moment_of(THIRD_AND_SHORT, home_spread=3.5)
    assert row is not None
    told = {name: getattr(row, name)[0] for name in ("margin", "down", "distance", "yards_to_goal", "timeouts", "opponent_timeouts", "home", "spread")}
    assert told == {"margin": -6, "down": 3, "distance": 2, "yards_to_goal": 40, "timeouts": 3, "opponent_timeouts": 1, "home": 0, "spread": -3.5}
    assert row.receives_second_half[0]


def test_an_unknown_spread_is_not_zero() -> None:
    row = moment_of(THIRD_AND_SHORT)
    assert row is not None
    assert math.isnan(row.spread[0])


@pytest.mark.parametrize("phase", [Phase.KICKOFF, Phase.FREE_KICK, Phase.TRY, Phase.FINAL])
def test_where_no_down_is_played_there_is_no_moment(phase: Phase) -> None:
    assert moment_of(replace(THIRD_AND_SHORT, phase=phase)) is None


def test_the_second_half_s_receiver_counts_in_the_first_half_only() -> None:
    row = moment_of(replace(THIRD_AND_SHORT, quarter=3))
    assert row is not None
    assert not row.receives_second_half[0]


@given(states, st.one_of(st.none(), st.floats(-17, 17)))
def test_both_teams_chances_and_a_tie_s_are_one(state: GameState, spread: float | None) -> None:
    stands = standing(state, RULES, MODEL, spread)
    assert stands.home + stands.away + stands.tie == pytest.approx(1)
    assert min(stands.home, stands.away, stands.tie) >= 0


@pytest.mark.parametrize(("scores", "expected"), [((3, 0), (1, 0, 0)), ((0, 3), (0, 1, 0)), ((3, 3), (0, 0, 1))])
def test_the_end_is_exact(scores: tuple[int, int], expected: tuple[float, float, float]) -> None:
    ended = replace(THIRD_AND_SHORT, phase=Phase.FINAL, home_score=scores[0], away_score=scores[1])
    stands = standing(ended, RULES, MODEL)
    assert (stands.home, stands.away, stands.tie) == expected


def test_before_the_toss_neither_team_is_known_to_receive() -> None:
    before = GameState(home_team="GB", away_team="MIN")
    told = [standing(replace(before, possession=team), RULES, MODEL).home for team in ("GB", "MIN")]
    assert standing(before, RULES, MODEL).home == pytest.approx(sum(told) / 2)


def test_a_try_at_zero_is_not_the_end() -> None:
    tied = replace(THIRD_AND_SHORT, quarter=4, seconds=0, home_score=20, away_score=20, phase=Phase.TRY)
    assert 0.9 < standing(tied, RULES, MODEL).away < 1


def test_a_better_state_for_the_home_team_is_no_worse_for_it() -> None:
    shares = [standing(replace(THIRD_AND_SHORT, home_score=points), RULES, MODEL).home for points in range(0, 60, 3)]
    assert shares == sorted(shares)
