"""A feed that does not say that a half is over: what is expected next."""

import pytest

from eddyline.football.events import ExtraPoint, FieldGoal, Kneel, PlainEvent, Rush, Spike, Timeout
from eddyline.football.expectation import expected
from eddyline.football.rules import college, nfl
from eddyline.football.state import GameState, Phase

STATE = GameState(
    home_team="A", away_team="B", quarter=2, seconds=3, phase=Phase.SCRIMMAGE, possession="A", down=2, distance=7, second_half_receiver="B", home_timeouts=0
)


@pytest.mark.parametrize(
    ("event", "quarter"),
    [
        (FieldGoal(seconds=3), 3),
        (FieldGoal(seconds=5), 2),
        (Rush(seconds=4), 3),
        (Kneel(seconds=7), 3),
        (Spike(seconds=1), 2),
        (Rush(seconds=2, no_play=True), 2),
        (Timeout(seconds=1), 2),
        (Rush(), 2),
        (ExtraPoint(seconds=0), 3),
    ],
)
def test_a_play_of_the_last_seconds_ends_its_half(event: PlainEvent, quarter: int) -> None:
    assert expected(STATE, event, nfl(2016)).quarter == quarter


def test_the_second_half_starts_with_a_kickoff_and_all_timeouts() -> None:
    state = expected(STATE, FieldGoal(seconds=2), nfl(2016))
    assert (state.phase, state.possession, state.home_timeouts) == (Phase.KICKOFF, "B", 3)


def test_no_quarter_but_a_halfs_last_ends_anything() -> None:
    first = GameState(home_team="A", away_team="B", quarter=1, seconds=1, phase=Phase.SCRIMMAGE, possession="A", down=2, distance=7)
    assert expected(first, Rush(seconds=1), nfl(2016)) == first


def test_a_tie_leads_to_overtime_and_a_lead_to_the_end() -> None:
    tied = GameState(home_team="A", away_team="B", quarter=4, seconds=0, phase=Phase.KICKOFF, possession="B")
    assert expected(tied, ExtraPoint(seconds=0), nfl(2016)).quarter == 5
    assert expected(tied.with_points("A", 1), ExtraPoint(seconds=0), nfl(2016)).final


def test_a_try_is_still_to_come_and_college_clocks_are_too_coarse() -> None:
    trying = GameState(home_team="A", away_team="B", quarter=2, seconds=0, phase=Phase.TRY, possession="A")
    assert expected(trying, Rush(seconds=0), nfl(2016)) == trying
    assert expected(STATE, FieldGoal(seconds=2), college(2019)) == STATE
