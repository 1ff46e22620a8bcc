"""What the feed states of the moment before a play wins over what was believed."""

from typing import Any

from msgspec.structs import replace

from eddyline.football.events import Ball, Before, Event, ExtraPoint, Kickoff, Penalty, Play, Punt, TwoPoint
from eddyline.football.reducer.field import place_at, series, to_goal
from eddyline.football.reducer.periods import enter
from eddyline.football.rules import Rules
from eddyline.football.state import GameState, Phase


def aligned(state: GameState, event: Event, rules: Rules) -> GameState:
    """Return the state before an event as the feed tells it, completed by what was believed."""
    if event.quarter is not None and event.quarter != state.quarter:
        state = enter(state, event.quarter, rules)
    if event.seconds is not None:
        state = replace(state, seconds=event.seconds)
    if not isinstance(event, Play):
        return state
    return _untold_kick(_before(state, event, event.before) if event.before is not None else state, event, rules)


def _untold_kick(state: GameState, event: Play, rules: Rules) -> GameState:
    # A play from scrimmage where a try or a kick was due: nobody told of it, so it was a touchback.
    if state.phase in {Phase.SCRIMMAGE, Phase.FINAL} or not _from_scrimmage(state, event):
        return state
    receiver = state.opponent(state.possession) if state.phase is Phase.TRY else state.possession
    team = event.team or receiver or state.home_team
    return series(state, Ball(team, place_at(state, team, 100 - rules.touchback)))


def _from_scrimmage(state: GameState, event: Play) -> bool:
    if isinstance(event, Punt) and state.phase is Phase.FREE_KICK:
        return False
    return not isinstance(event, Kickoff | ExtraPoint | TwoPoint) and not (isinstance(event, Penalty) and event.on_kick)


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
