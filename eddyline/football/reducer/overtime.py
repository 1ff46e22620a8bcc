"""Overtime: who has had the ball, and when a score or a lost possession ends the game."""

from msgspec.structs import replace

from eddyline.football.events import Score
from eddyline.football.rules import OvertimeKind, Rules
from eddyline.football.state import GameState, Phase

COLLEGE_START = 25
REGULATION = 4


def after_score(state: GameState, score: Score, offence: str, rules: Rules) -> GameState:
    """End the game where a score ends it under the season's rules; `offence` had the ball before."""
    if state.quarter <= REGULATION:
        return state
    if score.kind not in {"touchdown", "field_goal", "safety"}:
        return state
    if rules.overtime.kind is OvertimeKind.ALTERNATING:
        return _after_college_score(state, score, offence, rules)
    first = _ended(state) == 0
    state = _with_possession_ended(state, score.team)
    return _over(state) if _ends(state, score, rules.overtime.kind, first=first) else state


def _ends(state: GameState, score: Score, kind: OvertimeKind, *, first: bool) -> bool:
    if kind is OvertimeKind.SUDDEN_DEATH or score.kind == "safety":
        return True
    answered = not first or score.team != state.overtime_receiver
    if score.kind == "touchdown" and kind is OvertimeKind.MODIFIED:
        return True
    # A touchdown that does not yet lead goes on to its try.
    return answered and state.score_of(score.team) > state.score_of(state.opponent(score.team))


def after_try(state: GameState, team: str, rules: Rules) -> GameState:
    """Go on after a try in overtime; `team` tried."""
    if state.quarter <= REGULATION:
        return state
    if rules.overtime.kind is OvertimeKind.ALTERNATING:
        return _next_possession(_with_possession_ended(state, team), team, rules)
    both = state.home_overtime_possessions > 0 and state.away_overtime_possessions > 0
    return _over(state) if both and state.home_score != state.away_score else state


def possession_lost(state: GameState, before: GameState, rules: Rules) -> GameState:
    """Go on after a team gave up the ball without a score."""
    if state.quarter <= REGULATION or not before.possession:
        return state
    state = _with_possession_ended(state, before.possession)
    if rules.overtime.kind is OvertimeKind.ALTERNATING:
        return _next_possession(state, before.possession, rules)
    behind = state.score_of(before.possession) < state.score_of(state.opponent(before.possession))
    return _over(state) if behind else state


def first_ball(state: GameState, team: str) -> GameState:
    """Note who had the ball first in overtime."""
    if state.quarter <= REGULATION or state.overtime_receiver:
        return state
    return replace(state, overtime_receiver=team)


def period(state: GameState, number: int, rules: Rules) -> GameState:
    """Start an overtime period."""
    if rules.overtime.kind is not OvertimeKind.ALTERNATING:
        phase = {"phase": Phase.KICKOFF, "possession": "", "yards_to_goal": rules.kickoff_from, "down": None, "distance": None} if number == 5 else {}
        return replace(state, quarter=number, seconds=rules.overtime.period_s, **phase)
    return _college_period(state, number, "", rules)


def _after_college_score(state: GameState, score: Score, offence: str, rules: Rules) -> GameState:
    if score.team != offence:
        return _over(state)
    if score.kind == "touchdown":
        return state
    return _next_possession(_with_possession_ended(state, score.team), score.team, rules)


def _next_possession(state: GameState, team: str, rules: Rules) -> GameState:
    other = state.opponent(team)
    if _ended(state) < 2:
        return _college_start(state, other, rules)
    if state.home_score != state.away_score:
        return _over(state)
    return _college_period(state, state.quarter + 1, team, rules)  # who was second goes first


def _college_period(state: GameState, number: int, first: str, rules: Rules) -> GameState:
    state = replace(
        state, quarter=number, seconds=0, home_overtime_possessions=0, away_overtime_possessions=0, home_timeouts=1, away_timeouts=1, overtime_receiver=first
    )
    return _college_start(state, first, rules)


def _college_start(state: GameState, team: str, rules: Rules) -> GameState:
    tries_only = 0 < rules.overtime.tries_only_from_period <= state.quarter - REGULATION
    if tries_only:
        return replace(state, phase=Phase.TRY, possession=team, yards_to_goal=rules.two_point_snap, down=None, distance=None, penalty_yards=0)
    return replace(state, phase=Phase.SCRIMMAGE, possession=team, yards_to_goal=COLLEGE_START, down=1, distance=10, penalty_yards=0)


def _with_possession_ended(state: GameState, team: str) -> GameState:
    if team == state.home_team:
        return replace(state, home_overtime_possessions=state.home_overtime_possessions + 1)
    return replace(state, away_overtime_possessions=state.away_overtime_possessions + 1)


def _ended(state: GameState) -> int:
    return state.home_overtime_possessions + state.away_overtime_possessions


def _over(state: GameState) -> GameState:
    return replace(state, phase=Phase.FINAL, down=None, distance=None)
