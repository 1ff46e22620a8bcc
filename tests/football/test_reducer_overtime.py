"""Quarters, halves and overtime: what goes on, what starts anew, and what ends a game."""

import pytest

from eddyline.football.events import (
    AnyEvent,
    Ball,
    Before,
    ExtraPoint,
    FieldGoal,
    GameEnd,
    GameStart,
    HalfEnd,
    Kickoff,
    Punt,
    QuarterEnd,
    Rush,
    Score,
    Timeout,
    TwoMinuteWarning,
    TwoPoint,
)
from eddyline.football.reducer import step
from eddyline.football.rules import Rules, college, nfl
from eddyline.football.state import GameState, Phase

TOUCHDOWN_A = Rush(scores=(Score("A", "touchdown"),))
TOUCHDOWN_B = Rush(scores=(Score("B", "touchdown"),))
GOAL, MISS = FieldGoal(result="good", kick_yards=40), FieldGoal(result="missed", kick_yards=40)
LOST = Rush(end=Ball("B", 50), turnover="fumble_lost")
PUNT = Punt(kick_yards=40)
TOUCHBACK = Kickoff(touchback=True)
SUDDEN, MODIFIED, BOTH = nfl(2009), nfl(2016), nfl(2025)
TWENTY_ALL = GameState(
    home_team="A", away_team="B", home_score=20, away_score=20, quarter=4, seconds=0, phase=Phase.SCRIMMAGE, possession="A", down=1, distance=10
)


def play(state: GameState, rules: Rules, *told: AnyEvent) -> GameState:
    for event in told:
        state = step(state, event, rules)
    return state


def overtime(rules: Rules, receiver: str = "A") -> GameState:
    return play(TWENTY_ALL, rules, QuarterEnd(quarter=4), Kickoff(team="B" if receiver == "A" else "A", touchback=True))


def test_a_drive_goes_on_over_a_quarters_end_but_not_over_the_halfs() -> None:
    state = GameState(
        home_team="A", away_team="B", phase=Phase.SCRIMMAGE, possession="B", down=3, distance=4, yards_to_goal=44, second_half_receiver="A", home_timeouts=1
    )
    second = step(state, QuarterEnd(quarter=1), nfl(2016))
    assert (second.quarter, second.seconds, second.possession, second.down, second.yards_to_goal, second.home_timeouts) == (2, 900, "B", 3, 44, 1)
    third = step(second, HalfEnd(), nfl(2016))
    assert (third.quarter, third.phase, third.possession, third.yards_to_goal, third.home_timeouts) == (3, Phase.KICKOFF, "A", 35, 3)
    assert step(third, QuarterEnd(quarter=2), nfl(2016)) == third


def test_who_kicks_off_first_receives_the_second_half() -> None:
    started = step(GameState(), GameStart(home_team="A", away_team="B"), nfl(2016))
    assert step(started, Kickoff(team="B", touchback=True), nfl(2016)).second_half_receiver == "B"
    assert step(started, GameStart(home_team="A", away_team="B", receiver="A"), nfl(2016)).second_half_receiver == "B"


def test_a_try_follows_at_zero() -> None:
    scored = play(TWENTY_ALL, MODIFIED, TOUCHDOWN_A, QuarterEnd(quarter=4))
    assert (scored.phase, scored.quarter, scored.seconds) == (Phase.TRY, 4, 0)
    assert play(scored, MODIFIED, ExtraPoint(result="good"), GameEnd()).home_score == 27


def test_a_safety_on_a_try_is_worth_a_point() -> None:
    scored = play(TWENTY_ALL, MODIFIED, TOUCHDOWN_A)
    tried = step(scored, TwoPoint(result="failure", scores=(Score("A", "one_point_safety"),)), MODIFIED)
    assert (tried.home_score, tried.phase) == (27, Phase.KICKOFF)


def test_a_game_that_is_not_tied_ends_with_the_fourth_quarter() -> None:
    assert play(TWENTY_ALL, MODIFIED, GOAL, QuarterEnd(quarter=4)).final


def test_overtime_starts_with_a_kickoff_to_nobody_knows_whom() -> None:
    state = step(TWENTY_ALL, QuarterEnd(quarter=4), MODIFIED)
    assert (state.quarter, state.seconds, state.phase, state.possession, state.home_timeouts, state.away_timeouts) == (5, 900, Phase.KICKOFF, "", 2, 2)
    assert step(TWENTY_ALL, QuarterEnd(quarter=4), nfl(2018)).seconds == 600
    assert step(TWENTY_ALL, QuarterEnd(quarter=4), nfl(2018, postseason=True)).home_timeouts == 3


@pytest.mark.parametrize(
    ("rules", "told", "over"),
    [
        (SUDDEN, [GOAL], True),
        (SUDDEN, [PUNT], False),
        (MODIFIED, [GOAL], False),
        (MODIFIED, [TOUCHDOWN_A], True),
        (MODIFIED, [GOAL, TOUCHBACK, GOAL], False),
        (MODIFIED, [GOAL, TOUCHBACK, TOUCHDOWN_B], True),
        (MODIFIED, [GOAL, TOUCHBACK, PUNT], True),
        (MODIFIED, [GOAL, TOUCHBACK, MISS], True),
        (MODIFIED, [GOAL, TOUCHBACK, GOAL, TOUCHBACK, GOAL], True),
        (MODIFIED, [PUNT, GOAL], True),
        (MODIFIED, [LOST, PUNT], False),
        (MODIFIED, [Rush(scores=(Score("B", "safety"),))], True),
        (BOTH, [TOUCHDOWN_A], False),
        (BOTH, [TOUCHDOWN_A, ExtraPoint(result="good"), TOUCHBACK, TOUCHDOWN_B], False),
        (BOTH, [TOUCHDOWN_A, ExtraPoint(result="good"), TOUCHBACK, TOUCHDOWN_B, TwoPoint(result="success")], True),
        (BOTH, [TOUCHDOWN_A, ExtraPoint(result="good"), TOUCHBACK, TOUCHDOWN_B, ExtraPoint(result="good")], False),
        (BOTH, [TOUCHDOWN_A, ExtraPoint(result="missed"), TOUCHBACK, PUNT], True),
        (BOTH, [GOAL, TOUCHBACK, PUNT], True),
        (BOTH, [PUNT, GOAL], True),
    ],
)
def test_nfl_overtime_ends_when_the_seasons_rules_say_so(rules: Rules, told: list[AnyEvent], over: bool) -> None:
    assert play(overtime(rules), rules, *told).final is over


def test_a_regular_season_game_may_end_tied_and_a_postseason_game_goes_on() -> None:
    assert play(overtime(MODIFIED), MODIFIED, QuarterEnd(quarter=5)).final
    playoff = nfl(2018, postseason=True)
    going_on = play(overtime(playoff), playoff, Timeout(team="A"), QuarterEnd(quarter=5))
    assert (going_on.quarter, going_on.final, going_on.possession, going_on.home_timeouts) == (6, False, "A", 2)
    assert step(going_on, QuarterEnd(quarter=6), playoff).home_timeouts == 3


def college_overtime(season: int, first: str = "A") -> GameState:
    rules = college(season)
    state = step(TWENTY_ALL, QuarterEnd(quarter=4), rules)
    return step(state, Rush(quarter=5, team=first, before=Before(possession=first, place=75 if first == "A" else 25, down=1, distance=10), yards=0), rules)


def test_college_teams_start_at_the_25_one_after_the_other() -> None:
    state = step(college_overtime(2019), GOAL, college(2019))
    assert (state.phase, state.possession, state.yards_to_goal, state.down, state.home_score) == (Phase.SCRIMMAGE, "B", 25, 1, 23)
    assert step(state, GOAL, college(2019)).quarter == 6
    assert step(state, GOAL, college(2019)).possession == "B"
    assert play(state, college(2019), TOUCHDOWN_B, ExtraPoint(result="good")).final
    assert step(state, MISS, college(2019)).final


def test_a_defensive_touchdown_ends_college_overtime() -> None:
    assert step(college_overtime(2019), Rush(scores=(Score("B", "touchdown"),)), college(2019)).final


@pytest.mark.parametrize(("season", "phase"), [(2019, Phase.SCRIMMAGE), (2021, Phase.TRY)])
def test_from_the_seasons_period_on_college_teams_exchange_tries(season: int, phase: Phase) -> None:
    rules = college(season)
    state = play(college_overtime(season), rules, GOAL, GOAL, GOAL, GOAL)
    assert (state.quarter, state.phase, state.yards_to_goal) == (7, phase, 25 if phase is Phase.SCRIMMAGE else 3)


def test_college_tries_alone_decide() -> None:
    rules = college(2021)
    state = play(college_overtime(2021), rules, GOAL, GOAL, GOAL, GOAL, TwoPoint(result="success"))
    assert not state.final
    assert step(state, TwoPoint(result="failure"), rules).final


def test_a_two_minute_warning_moves_nothing_but_the_clock() -> None:
    state = GameState(quarter=4, seconds=130, possession="HOME", phase=Phase.SCRIMMAGE, down=2, distance=5)
    warned = step(state, TwoMinuteWarning(), nfl(2016))
    assert (warned.seconds, warned.down, warned.distance, warned.possession) == (120, 2, 5, "HOME")


def test_a_clock_and_a_quarter_may_go_back_after_a_correction() -> None:
    state = GameState(home_team="A", away_team="B", quarter=3, seconds=800, phase=Phase.SCRIMMAGE, possession="A", down=1, distance=10, home_timeouts=2)
    back = step(state, Rush(quarter=3, seconds=850, yards=2), nfl(2016))
    assert (back.seconds, back.down) == (850, 2)
    assert step(state, Rush(quarter=2, seconds=3, yards=2), nfl(2016)).quarter == 2
