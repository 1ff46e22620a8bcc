"""What the feed states of the moment before a play wins over what was believed."""

from typing import Any

from msgspec.structs import replace

from eddyline.football.events import Before, Event, ExtraPoint, Kickoff, Play, TwoPoint
from eddyline.football.reducer.field import to_goal
from eddyline.football.reducer.periods import enter
from eddyline.football.rules import Rules
from eddyline.football.state import GameState, Phase


def aligned(state: GameState, event: Event, rules: Rules) -> GameState:
    """Return the state before an event as the feed tells it, completed by what was believed."""
    if event.quarter is not None and event.quarter != state.quarter:
        state = enter(state, event.quarter, rules)
    if event.seconds is not None:
        state = replace(state, seconds=event.seconds)
    return _before(state, event, event.before) if isinstance(event, Play) and event.before is not None else state


def _before(state: GameState, event: Play, before: Before) -> GameState:
    team = before.possession or state.possession
    changes: dict[str, Any] = {"phase": _phase(state, event, before), "possession": team}
    if before.place is not None and team:
        changes["yards_to_goal"] = to_goal(state, team, before.place)
    changes |= {"down": None, "distance": None}
    if changes["phase"] is Phase.SCRIMMAGE:
        changes |= {"down": before.down or state.down or 1, "distance": before.distance if before.distance is not None else state.distance or 10}
    return replace(state, **changes)


def _phase(state: GameState, event: Play, before: Before) -> Phase:
    if isinstance(event, ExtraPoint | TwoPoint):
        return Phase.TRY
    if isinstance(event, Kickoff):
        return Phase.FREE_KICK if state.phase is Phase.FREE_KICK else Phase.KICKOFF
    return Phase.SCRIMMAGE if before.down is not None or state.phase is Phase.FINAL else state.phase
