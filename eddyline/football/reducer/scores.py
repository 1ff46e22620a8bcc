"""Points, and what follows them: tries, kickoffs, free kicks, the end."""

from collections.abc import Iterable

from msgspec.structs import replace

from eddyline.football.events import POINTS, ExtraPoint, Foul, Play, Score, TwoPoint
from eddyline.football.reducer import overtime
from eddyline.football.reducer.fouls import kick_moved_by
from eddyline.football.rules import Rules
from eddyline.football.state import GameState, Phase


def scored(state: GameState, event: Play, rules: Rules) -> GameState:
    """Count a play's points and go on as the last of them asks."""
    offence = event.team or state.possession
    state = counted(state, event.scores)
    last = event.scores[-1]
    match last.kind:
        case "touchdown":
            state = after_touchdown(state, last.team, event.fouls, rules)
        case "safety":
            state = free_kick(state, last.team, event.fouls, rules)
        case "field_goal":
            state = kickoff(state, last.team, event.fouls, rules)
        case _:
            state = kickoff(state, state.possession, event.fouls, rules)
    return overtime.after_score(state, last, offence, rules)


def counted(state: GameState, scores: Iterable[Score]) -> GameState:
    """Add points to the board."""
    for score in scores:
        state = state.with_points(score.team, POINTS[score.kind])
    return state


def after_touchdown(state: GameState, team: str, fouls: Iterable[Foul], rules: Rules) -> GameState:
    """Let the team that scored try for more."""
    moved = kick_moved_by(replace(state, penalty_yards=0), fouls, team)
    return replace(state, phase=Phase.TRY, possession=team, yards_to_goal=rules.extra_point_snap, down=None, distance=None, penalty_yards=moved)


def kickoff(state: GameState, kicker: str, fouls: Iterable[Foul], rules: Rules) -> GameState:
    """Let a team kick off."""
    moved = kick_moved_by(state, fouls, kicker)
    return replace(
        state,
        phase=Phase.KICKOFF,
        possession=state.opponent(kicker),
        yards_to_goal=rules.kickoff_from + moved,
        down=None,
        distance=None,
        penalty_yards=0,
    )


def free_kick(state: GameState, receiver: str, fouls: Iterable[Foul], rules: Rules) -> GameState:
    """Let the team that conceded a safety kick from its own 20."""
    moved = kick_moved_by(replace(state, penalty_yards=0), fouls, state.opponent(receiver))
    return replace(
        state,
        phase=Phase.FREE_KICK,
        possession=receiver,
        yards_to_goal=rules.safety_kick_from + moved,
        down=None,
        distance=None,
        penalty_yards=0,
    )


def tried(state: GameState, event: ExtraPoint | TwoPoint, rules: Rules) -> GameState:
    """Count a try and let the team that tried kick off."""
    team = event.team or state.possession
    if event.before is not None and event.before.place is not None and state.yards_to_goal not in {rules.extra_point_snap, rules.two_point_snap}:
        state = replace(state, penalty_yards=0)  # the foul was marked off on the try itself
    state = counted(state, event.scores or _points(event, team))
    after = kickoff(state, team, event.fouls, rules)
    return overtime.after_try(after, team, rules)


def _points(event: ExtraPoint | TwoPoint, team: str) -> tuple[Score, ...]:
    if isinstance(event, ExtraPoint):
        return (Score(team, "extra_point"),) if event.result == "good" else ()
    return (Score(team, "two_point"),) if event.result == "success" else ()
