"""Quarters, halves and overtime periods: what ends with them and what goes on."""

from msgspec.structs import replace

from eddyline.football.reducer import overtime
from eddyline.football.rules import QUARTER_S, OvertimeKind, Rules
from eddyline.football.state import GameState, Phase

HALF = 2
REGULATION = 4


def enter(state: GameState, quarter: int, rules: Rules) -> GameState:
    """Go to a quarter: forward through every one between, backward (a corrected clock) by its number alone."""
    while state.quarter < quarter:
        state = following(state, rules)
    return replace(state, quarter=quarter)


def ended(state: GameState, quarter: int, rules: Rules) -> GameState:
    """End a quarter that the feed says is over; a try that is left follows at 0:00."""
    if state.quarter != quarter or state.final:
        return state
    if state.phase is Phase.TRY:
        return replace(state, seconds=0)
    if quarter >= REGULATION and state.home_score != state.away_score:
        return final(state)
    if quarter > REGULATION and rules.overtime.kind is OvertimeKind.ALTERNATING:
        return state  # the possessions have moved on to the next period already
    return final(state) if quarter > REGULATION and rules.overtime.may_tie else following(state, rules)


def following(state: GameState, rules: Rules) -> GameState:
    """Start the next quarter."""
    number = state.quarter + 1
    if number > REGULATION:
        return overtime.period(_fresh_timeouts(state, number, rules), number, rules)
    state = replace(state, quarter=number, seconds=QUARTER_S)
    return _second_half(state, rules) if number == HALF + 1 else state


def final(state: GameState) -> GameState:
    """End the game."""
    return replace(state, phase=Phase.FINAL, seconds=0, down=None, distance=None)


def timeouts_given(state: GameState, rules: Rules) -> int:
    """Return how many timeouts each team got for this half or overtime."""
    return rules.timeouts if state.quarter <= REGULATION else rules.overtime.timeouts


def _second_half(state: GameState, rules: Rules) -> GameState:
    return replace(
        state,
        phase=Phase.KICKOFF,
        possession=state.second_half_receiver,
        yards_to_goal=rules.kickoff_from,
        down=None,
        distance=None,
        home_timeouts=rules.timeouts,
        away_timeouts=rules.timeouts,
        penalty_yards=0,
    )


def _fresh_timeouts(state: GameState, number: int, rules: Rules) -> GameState:
    # Two overtime periods make a half where games go on until someone wins.
    if number % 2 == 1:
        return replace(state, home_timeouts=rules.overtime.timeouts, away_timeouts=rules.overtime.timeouts)
    return state
