"""A state in the words of the broadcast."""

from eddyline.football.state import GameState, Phase

_ORDINALS = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th"}


def situation(state: GameState) -> str:
    """Say where the game stands: "Q2 7:32 - 1st & 10 at OWN 25"."""
    return f"Final: {_score(state)}" if state.final else f"{_clock(state)} - {_what(state)}"


def _clock(state: GameState) -> str:
    period = f"Q{state.quarter}" if state.quarter <= 4 else "OT" if state.quarter == 5 else f"OT{state.quarter - 4}"
    return f"{period} {state.seconds // 60}:{state.seconds % 60:02}"


def _what(state: GameState) -> str:
    match state.phase:
        case Phase.KICKOFF:
            return f"kickoff to {state.possession}" if state.possession else "kickoff"
        case Phase.FREE_KICK:
            return f"free kick to {state.possession}"
        case Phase.TRY:
            return f"try by {state.possession}"
    return f"{_ORDINALS[state.down or 1]} & {_distance(state)} at {_spot(state.yards_to_goal)}"


def _distance(state: GameState) -> str:
    return "goal" if state.distance is not None and state.distance >= state.yards_to_goal else str(state.distance)


def _spot(yards_to_goal: int) -> str:
    if yards_to_goal == 50:
        return "MIDFIELD"
    return f"OWN {100 - yards_to_goal}" if yards_to_goal > 50 else f"OPP {yards_to_goal}"


def _score(state: GameState) -> str:
    return f"{state.away_team} {state.away_score} - {state.home_team} {state.home_score}"
