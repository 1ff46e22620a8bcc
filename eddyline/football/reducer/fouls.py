"""Penalties: where they put the ball, and whether the down is played again."""

from collections.abc import Iterable

from eddyline.football.events import Ball, Foul
from eddyline.football.reducer.field import gained, to_goal
from eddyline.football.state import GameState

# Fouls after the whistle, and those that cost the down: the next down follows. For all others the offence plays the down again.
# Counted on 2009-2018: of 314 such plays with 15 yards and no first down 267 went on to the next down, of 752 with 10 yards 168.
DEAD_BALL = frozenset({"unsportsmanlike conduct", "taunting", "unnecessary roughness", "personal foul", "disqualification", "delay of game", "roughness"})
LOSS_OF_DOWN = frozenset({"intentional grounding", "illegal forward pass"})
# Against the defence these give a first down wherever they happen.
FIRST_DOWN = frozenset(
    {
        "defensive pass interference",
        "pass interference",
        "defensive holding",
        "illegal contact",
        "illegal use of hands",
        "roughing the passer",
        "roughing the kicker",
        "unnecessary roughness",
        "unsportsmanlike conduct",
        "taunting",
        "personal foul",
        "face mask",
        "face mask (15 yards)",
        "horse collar tackle",
        "horse collar",
        "tripping",
        "low block",
        "lowering the head to initiate contact",
        "leaping",
        "leverage",
        "disqualification",
        "targeting",
    }
)


def accepted(fouls: Iterable[Foul]) -> tuple[Foul, ...]:
    """Return the fouls that count."""
    return tuple(foul for foul in fouls if foul.decision == "accepted")


def marked_off(state: GameState, ball: Ball, fouls: Iterable[Foul]) -> Ball:
    """Return where the ball lies after the accepted fouls: each moves it towards the goal line of the team that committed it."""
    spots: set[int] = set()
    for foul in accepted(fouls):
        # A second foul from the same spot is marked off after the first.
        origin = ball.place if foul.enforced_at is None or foul.enforced_at in spots else foul.enforced_at
        spots |= {foul.enforced_at} if foul.enforced_at is not None else set()
        ball = Ball(ball.team, _moved(state, origin, foul))
    return ball


def _moved(state: GameState, origin: int, foul: Foul) -> int:
    place = gained(state, state.opponent(foul.team), origin, foul.yards)
    # A penalty never puts the ball into an end zone.
    return min(99, max(1, place))


def repeats_down(state: GameState, foul: Foul, dead: Ball) -> bool:
    """Tell whether an offence's foul on a play that counts makes it play the down again; `dead` is where the play itself ended."""
    if foul.between_downs or foul.name in LOSS_OF_DOWN:
        return False
    if foul.name in DEAD_BALL:
        # Marked off from elsewhere than the end of the play, it happened during the play.
        return foul.enforced_at is not None and to_goal(state, dead.team, foul.enforced_at) > to_goal(state, dead.team, dead.place) + 1
    return True


def gives_first_down(foul: Foul, offence: str) -> bool:
    """Tell whether a foul of the defence gives a first down whatever the yards."""
    return foul.team != offence and (foul.first_down or foul.name in FIRST_DOWN)


def kick_moved_by(state: GameState, fouls: Iterable[Foul], kicker: str) -> int:
    """Return the yards by which fouls between downs move the next kick, positive towards the receivers' goal line."""
    return state.penalty_yards + sum(foul.yards if foul.team != kicker else -foul.yards for foul in accepted(fouls) if foul.between_downs)
