"""Places on the field, and a state moved to one of them."""

from msgspec.structs import replace

from eddyline.football.events import Ball
from eddyline.football.state import GameState, Phase

FIRST_DOWN_YARDS = 10


def to_goal(state: GameState, team: str, place: int) -> int:
    """Return how far a place is from the goal line that a team attacks."""
    return 100 - place if team == state.home_team else place


def place_at(state: GameState, team: str, yards_to_goal: int) -> int:
    """Return the place so many yards from the goal line that a team attacks."""
    return 100 - yards_to_goal if team == state.home_team else yards_to_goal


def gained(state: GameState, team: str, place: int, yards: int) -> int:
    """Return the place that a team reaches from another with so many yards."""
    return place + yards if team == state.home_team else place - yards


def ball_of(state: GameState) -> Ball:
    """Return who has the ball and where, before a snap."""
    return Ball(state.possession, place_at(state, state.possession, state.yards_to_goal))


def on_field(yards_to_goal: int) -> int:
    """Return a spot between the goal lines, where a ball that is not in an end zone must lie."""
    return min(99, max(1, yards_to_goal))


def series(state: GameState, ball: Ball) -> GameState:
    """Start a first down at a place."""
    left = on_field(to_goal(state, ball.team, ball.place))
    return replace(state, phase=Phase.SCRIMMAGE, possession=ball.team, yards_to_goal=left, down=1, distance=min(FIRST_DOWN_YARDS, left), penalty_yards=0)


def snap(state: GameState, ball: Ball, down: int, line: int) -> GameState:
    """Let a series go on: the next snap at a place, with the line to gain `line` yards from the goal line."""
    left = on_field(to_goal(state, ball.team, ball.place))
    return replace(state, possession=ball.team, yards_to_goal=left, down=down, distance=max(1, left - line))


def line_to_gain(state: GameState) -> int:
    """Return how far the line to gain is from the goal line that the offence attacks."""
    return max(0, state.yards_to_goal - (state.distance if state.distance is not None else FIRST_DOWN_YARDS))
