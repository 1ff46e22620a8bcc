"""One event applied to a state."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from eddyline.football import events
from eddyline.football.reducer import downs, kicks, periods, scores
from eddyline.football.reducer.alignment import aligned
from eddyline.football.reducer.field import ball_of
from eddyline.football.rules import Rules
from eddyline.football.state import GameState

TWO_MINUTES_S = 120


def step(state: GameState, event: events.AnyEvent, rules: Rules) -> GameState:
    """Return the state after an event; what the feed states of the moment before the event wins over what was believed.

    Repeats and corrections need the plays before them: `history.History` knows those, and a correction by itself changes nothing here.
    """
    if state.final and isinstance(event, events.Play) and event.before is None:
        return state  # nothing says that the game went on
    state = aligned(state, event, rules)
    if isinstance(event, events.Play):
        for team in event.timeouts:
            state = state.with_timeouts(team, state.timeouts_of(team) - 1)
    after = _EFFECTS[type(event)](state, event, rules)
    return reconciled(after, event)


def reconciled(state: GameState, event: events.Event) -> GameState:
    """Take over the score that a feed states after a play."""
    if event.score_after is None:
        return state
    return replace(state, home_score=event.score_after[0], away_score=event.score_after[1])


def _penalty(state: GameState, event: events.Penalty, rules: Rules) -> GameState:
    return downs.replayed(state, event) if event.no_play or event.on_kick else downs.scrimmage(state, event, rules)


def _try(state: GameState, event: events.ExtraPoint | events.TwoPoint, rules: Rules) -> GameState:
    return downs.replayed(state, event) if event.no_play else scores.tried(state, event, rules)


def _turnover(state: GameState, event: events.Turnover, rules: Rules) -> GameState:
    ball = ball_of(state)
    end = event.end or events.Ball(state.opponent(ball.team), ball.place)
    return downs.dead(state, event, end, rules)


def _safety(state: GameState, event: events.Safety, rules: Rules) -> GameState:
    conceding = event.team or state.possession
    given = event.scores or (events.Score(state.opponent(conceding), "safety"),)
    return scores.scored(state, replace(event, scores=given), rules)


def _timeout(state: GameState, event: events.Timeout, rules: Rules) -> GameState:
    if not event.team:
        return state
    left = state.timeouts_of(event.team) - 1
    if event.number is not None:  # a feed that counts shows timeouts that it never told of
        left = min(left, periods.timeouts_given(state, rules) - event.number)
    return state.with_timeouts(event.team, left)


def _two_minutes(state: GameState, event: events.TwoMinuteWarning, _rules: Rules) -> GameState:
    return state if event.seconds is not None else replace(state, seconds=TWO_MINUTES_S)


def _quarter_end(state: GameState, event: events.QuarterEnd, rules: Rules) -> GameState:
    return periods.ended(state, event.quarter or state.quarter, rules)


def _half_end(state: GameState, _event: events.HalfEnd, rules: Rules) -> GameState:
    return periods.enter(state, 3, rules) if state.quarter <= periods.HALF else state


def _game_start(state: GameState, event: events.GameStart, rules: Rules) -> GameState:
    home, away = event.home_team or state.home_team, event.away_team or state.away_team
    started = GameState(home_team=home, away_team=away, yards_to_goal=rules.kickoff_from, possession=event.receiver)
    return replace(started, second_half_receiver=started.opponent(event.receiver) if event.receiver else "")


def _game_end(state: GameState, _event: events.GameEnd, _rules: Rules) -> GameState:
    return periods.final(state)


def _nothing(state: GameState, _event: events.Event, _rules: Rules) -> GameState:
    return state


Effect = Callable[[GameState, Any, Rules], GameState]
_EFFECTS: dict[type, Effect] = {
    events.Rush: downs.scrimmage,
    events.Pass: downs.scrimmage,
    events.Sack: downs.scrimmage,
    events.Kneel: downs.scrimmage,
    events.Spike: downs.scrimmage,
    events.Turnover: _turnover,
    events.Penalty: _penalty,
    events.Punt: kicks.punt,
    events.FieldGoal: kicks.field_goal,
    events.Kickoff: kicks.kickoff,
    events.ExtraPoint: _try,
    events.TwoPoint: _try,
    events.Safety: _safety,
    events.Timeout: _timeout,
    events.TwoMinuteWarning: _two_minutes,
    events.QuarterEnd: _quarter_end,
    events.HalfEnd: _half_end,
    events.GameStart: _game_start,
    events.GameEnd: _game_end,
    events.Note: _nothing,
    events.Correction: _nothing,
}
