"""Punts, field goals, kickoffs and free kicks."""

from msgspec.structs import replace

from eddyline.football.events import Ball, FieldGoal, Kickoff, Punt, Score
from eddyline.football.reducer import overtime
from eddyline.football.reducer.downs import dead, replayed
from eddyline.football.reducer.field import ball_of, gained, place_at, series, to_goal
from eddyline.football.reducer.fouls import marked_off
from eddyline.football.reducer.scores import scored
from eddyline.football.rules import Rules
from eddyline.football.state import GameState

END_ZONE_AND_GOAL_POST = 10  # the goal posts stand on the end line


def punt(state: GameState, event: Punt, rules: Rules) -> GameState:
    """Punt: the receivers' ball, unless the kickers have it back."""
    if event.no_play:
        return replayed(state, event)
    if event.scores:
        return scored(state, event, rules)
    end = event.end or _punted(state, event)
    if end.team == state.possession and event.result != "blocked":
        return series(state, marked_off(state, end, event.fouls))  # the receivers touched it first
    return dead(state, replace(event, end=end), end, rules)


def field_goal(state: GameState, event: FieldGoal, rules: Rules) -> GameState:
    """Kick for three points; after a miss the opponent takes over where the ball was kicked, not where it was snapped."""
    if event.no_play:
        return replayed(state, event)
    if event.result == "good":
        return scored(state, replace(event, scores=event.scores or (Score(state.possession, "field_goal"),)), rules)
    if event.scores:
        return scored(state, event, rules)
    end = event.end or _missed(state, event, rules)
    return dead(state, replace(event, end=end), end, rules)


def kickoff(state: GameState, event: Kickoff, rules: Rules) -> GameState:
    """Kick off, or kick free after a safety."""
    kicker = event.team or state.opponent(state.possession)
    state = _noted(replace(state, possession=state.opponent(kicker)), kicker)
    if event.no_play:
        return replayed(state, event)
    state = overtime.first_ball(state, state.possession)
    if event.scores:
        return scored(state, event, rules)
    end = event.end or _kicked(state, event, rules)
    return series(state, marked_off(state, _kickoff_touchback(state, end, rules), event.fouls))


def _noted(state: GameState, kicker: str) -> GameState:
    if state.second_half_receiver or state.quarter != 1:
        return state
    return replace(state, second_half_receiver=kicker)


def _punted(state: GameState, event: Punt) -> Ball:
    receiver = state.opponent(state.possession)
    origin = ball_of(state).place
    if event.result == "blocked":
        return Ball(receiver, origin)
    landed = gained(state, state.possession, origin, event.kick_yards if event.kick_yards is not None else 0)
    if event.result == "touchback" or to_goal(state, receiver, landed) >= 100:
        return Ball(receiver, place_at(state, receiver, 100))
    return Ball(receiver, gained(state, receiver, landed, event.return_yards))


def _missed(state: GameState, event: FieldGoal, rules: Rules) -> Ball:
    other = state.opponent(state.possession)
    behind = state.yards_to_goal + rules.miss_spot_behind_snap
    if event.kick_yards and rules.miss_spot_behind_snap:
        behind = event.kick_yards - END_ZONE_AND_GOAL_POST
    own = max(behind, rules.miss_returns_to_at_least)
    return Ball(other, place_at(state, other, 100 - own))


def _kicked(state: GameState, event: Kickoff, rules: Rules) -> Ball:
    receiver = state.possession
    if event.touchback or event.kick_yards is None:
        return Ball(receiver, place_at(state, receiver, 100 - rules.touchback))
    landed = gained(state, state.opponent(receiver), ball_of(state).place, event.kick_yards)
    return Ball(receiver, gained(state, receiver, landed, event.return_yards))


def _kickoff_touchback(state: GameState, end: Ball, rules: Rules) -> Ball:
    if to_goal(state, end.team, end.place) < 100:
        return end
    return Ball(end.team, place_at(state, end.team, 100 - rules.touchback))
