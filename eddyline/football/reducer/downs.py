"""Scrimmage plays: yards, first downs, lost balls, downs played again."""

from msgspec.structs import replace

from eddyline.football.events import Ball, Foul, Play, Score
from eddyline.football.reducer import overtime
from eddyline.football.reducer.field import ball_of, gained, line_to_gain, series, snap, to_goal
from eddyline.football.reducer.fouls import accepted, gives_first_down, marked_off, repeats_down
from eddyline.football.reducer.scores import scored
from eddyline.football.rules import Rules
from eddyline.football.state import GameState, Phase

LAST_DOWN = 4


def scrimmage(state: GameState, event: Play, rules: Rules) -> GameState:
    """Play a down of which the ball's end is known, or follows from the yards."""
    if event.no_play:
        return replayed(state, event)
    return dead(state, event, event.end or _end_by_yards(state, event), rules)


def dead(state: GameState, event: Play, end: Ball, rules: Rules) -> GameState:
    """Go on from where the ball was dead: with points, a change of possession or the next down."""
    scores = event.scores or _scores_by_place(state, event, end)
    if scores:
        return scored(state, replace(event, scores=scores), rules)
    after = marked_off(state, touchback(state, end, rules), event.fouls)
    if after.team != state.possession:
        return overtime.possession_lost(series(state, after), state, rules)
    return _own_ball(state, event, end, after, rules)


def replayed(state: GameState, event: Play) -> GameState:
    """Play the down again after penalties, or give the offence a first down."""
    after = marked_off(state, ball_of(state), event.fouls)
    if state.phase is not Phase.SCRIMMAGE:
        return replace(state, yards_to_goal=to_goal(state, state.possession, after.place))
    line = line_to_gain(state)
    if event.first_down or _first_down_by_foul(state, event.fouls) or _moved_beyond(state, event.fouls, after, line):
        return series(state, after)
    return snap(state, after, state.down or 1, line)


def touchback(state: GameState, ball: Ball, rules: Rules) -> Ball:
    """Bring a ball that is dead in its team's own end zone out to the touchback's line."""
    if to_goal(state, ball.team, ball.place) < 100:
        return ball
    return Ball(ball.team, gained(state, ball.team, _own_goal(state, ball.team), rules.punt_touchback))


def _own_ball(state: GameState, event: Play, end: Ball, after: Ball, rules: Rules) -> GameState:
    line, down = line_to_gain(state), state.down or 1
    repeating = [foul for foul in accepted(event.fouls) if foul.team == state.possession and repeats_down(state, foul, end)]
    if repeating and event.turnover is None:
        return series(state, after) if to_goal(state, after.team, after.place) <= line else snap(state, after, down, line)
    if _reached(state, event, end, after, line):
        return series(state, after)
    if down >= LAST_DOWN or event.turnover == "downs":
        lost = Ball(state.opponent(after.team), after.place)
        return overtime.possession_lost(series(state, touchback(state, lost, rules)), state, rules)
    return snap(state, after, down + 1, line)


def _reached(state: GameState, event: Play, end: Ball, after: Ball, line: int) -> bool:
    if event.first_down or event.turnover == "downs":
        return bool(event.first_down)
    if _first_down_by_foul(state, event.fouls):
        return True
    best = min(to_goal(state, end.team, end.place), to_goal(state, after.team, after.place))
    # On the line itself the chains have measured, for yards are rounded.
    return best < line if event.first_down is False else best <= line


def _first_down_by_foul(state: GameState, fouls: tuple[Foul, ...]) -> bool:
    return any(gives_first_down(foul, state.possession) for foul in accepted(fouls))


def _moved_beyond(state: GameState, fouls: tuple[Foul, ...], after: Ball, line: int) -> bool:
    return bool(accepted(fouls)) and to_goal(state, after.team, after.place) <= line


def _end_by_yards(state: GameState, event: Play) -> Ball:
    return Ball(state.possession, gained(state, state.possession, ball_of(state).place, event.yards or 0))


def _scores_by_place(state: GameState, event: Play, end: Ball) -> tuple[Score, ...]:
    # Only where the feed gives yards and nothing else: a feed that tells the end of a play tells its points too.
    if event.end is not None or event.yards is None:
        return ()
    if to_goal(state, end.team, end.place) <= 0:
        return (Score(end.team, "touchdown"),)
    return (Score(state.opponent(end.team), "safety"),) if to_goal(state, end.team, end.place) >= 100 else ()


def _own_goal(state: GameState, team: str) -> int:
    return 0 if team == state.home_team else 100
