"""The terms of the offset: what a logistic model is told about a moment in regulation time.

After Stern (1994), the lead at the end is today's lead plus a normal change whose variance is in proportion to the time left; so leads and
points in prospect count divided by its standard deviation, 13.2 points over a whole game (174 = 13.2 squared) and never less than 1.4.
Late in a game scores come in threes and sevens: steps at those leads take over, the faster the less time is left.

Whatever contains the margin grows with it, and its coefficient is not below zero: so more points are never worse.
"""

from dataclasses import dataclass

from eddyline.football.rules import GAME_S, HALF_S, QUARTER_S
from eddyline.football.situations import Situations
from eddyline.football.win_probability.arithmetic import COLUMNS, Arithmetic, Value

VARIANCE = 174.0  # points squared over a game
FLOOR = 2.0
DECAYS = {"20s": 20.0, "60s": 60.0, "200s": 200.0, "700s": 700.0}
STEPS = (-16, -11, -8, -7, -3, -2, 0, 1, 3, 4, 8, 9, 12, 17)  # leads from which fewer scores are needed, or more
SPOT_STEPS = (-8, -3, 1, 4)  # where the spot counts for more or less from there on


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment or columns of them, as numbers, from the view of the team with the ball (see `Situations`)."""

    quarter: Value
    seconds: Value
    margin: Value
    down: Value
    distance: Value
    yards_to_goal: Value
    timeouts: Value
    opponent_timeouts: Value
    receives_second_half: Value
    home: Value
    spread: Value


def columns(situations: Situations) -> Moment:
    """Return situations as columns of floats."""
    return Moment(*(getattr(situations, name).astype(float) for name in Moment.__slots__))


@dataclass(frozen=True, slots=True)
class Clock:
    """What the clock says: seconds and shares that many terms use."""

    game: Value  # seconds to the end of regulation time
    half: Value  # seconds to the end of the half
    share: Value  # of the game that is left
    scale: Value  # one over the standard deviation of the change of the lead
    room: Value  # 0 to 1: whether there is time for this possession to score


def clock(a: Arithmetic, m: Moment) -> Clock:
    """Return what the clock of a moment in regulation time says."""
    quarters = 4.0 - m.quarter
    game = quarters * QUARTER_S + m.seconds
    half = game - HALF_S * (m.quarter < 2.5)
    share = game / GAME_S
    return Clock(game, half, share, 1.0 / a.sqrt(VARIANCE * share + FLOOR), 1.0 - a.exp(half / -40.0))


def terms(a: Arithmetic, m: Moment) -> dict[str, Value]:
    """Return the terms that need no spread, by name."""
    now = clock(a, m)
    decays = {name: a.exp(now.game / -seconds) for name, seconds in DECAYS.items()}
    return _lead(a, m, now, decays) | _field(a, m, now, decays) | _steps(m, decays) | _timeouts(m, now, decays)


def spread_terms(a: Arithmetic, m: Moment) -> dict[str, Value]:
    """Return the terms of the spread, by name: it counts for the time that is left, and less as the game shows more."""
    now = clock(a, m)
    ahead = m.spread * now.share * now.scale
    return {
        "spread": ahead,
        "spread_share": ahead * now.share,
        "spread_fading": m.spread * a.exp(-4.0 * (1.0 - now.share)),
        "spread_cubed": m.spread**3 * now.share / 1000.0,
    }


def _lead(a: Arithmetic, m: Moment, now: Clock, decays: dict[str, Value]) -> dict[str, Value]:
    z = m.margin * now.scale
    within = a.most(a.least(z, 4.0), -4.0)
    return {
        "margin_z": z,
        "margin_z_cubed": within * within * within,
        "margin_z_bent": a.tanh(1.5 * z),
        "margin_z_share": z * now.share,
        "margin_z_half": z * (m.quarter < 2.5),
        "margin_z_700s": z * decays["700s"],
        "margin_z_200s": z * decays["200s"],
    }


def _field(a: Arithmetic, m: Moment, now: Clock, decays: dict[str, Value]) -> dict[str, Value]:
    points = now.scale * now.room
    spot = (50.0 - m.yards_to_goal) / 50.0
    to_go = a.log(a.least(m.distance, 30.0) + 1.0) - 2.2
    second, third, fourth = (m.down == 2) * points, (m.down == 3) * points, (m.down == 4) * points
    kick = fourth * (m.yards_to_goal <= 38)
    return {
        "constant": 1.0 + 0.0 * spot,
        "ball": points,
        "spot": spot * points,
        "spot_last_20": a.most(0.0, 20.0 - m.yards_to_goal) / 20.0 * points,
        "spot_last_45": a.most(0.0, 45.0 - m.yards_to_goal) / 45.0 * points,
        "spot_own_15": a.most(0.0, m.yards_to_goal - 85.0) / 15.0 * points,
        "second_down": second,
        "third_down": third,
        "fourth_down": fourth,
        "first_down_to_go": (m.down == 1) * to_go * points,
        "second_down_to_go": second * to_go,
        "third_down_to_go": third * to_go,
        "fourth_down_to_go": fourth * to_go,
        "third_down_spot": third * spot,
        "fourth_down_spot": fourth * spot,
        "fourth_down_kick": kick,
        "receives_second_half": m.receives_second_half * (m.quarter < 2.5) * now.scale,
        "home": m.home * now.share * now.scale,
        "home_fading": m.home * a.exp(-4.0 * (1.0 - now.share)),
        "ball_60s": decays["60s"],
        "ball_200s": decays["200s"],
        "ball_700s": decays["700s"],
        "spot_60s": spot * decays["60s"],
        "spot_200s": spot * decays["200s"],
        "spot_700s": spot * decays["700s"],
        "kick_60s": (m.yards_to_goal <= 36) * decays["60s"],
        "kick_200s": (m.yards_to_goal <= 36) * decays["200s"],
        "fourth_down_60s": (m.down == 4) * decays["60s"],
        "fourth_down_200s": (m.down == 4) * decays["200s"],
    }


def _steps(m: Moment, decays: dict[str, Value]) -> dict[str, Value]:
    near = (100.0 - m.yards_to_goal) / 100.0
    steps = {f"margin_from_{at}_{name}": (m.margin >= at) * decay for at in STEPS for name, decay in decays.items()}
    fourth = m.down == 4
    for at in SPOT_STEPS:
        reached = m.margin >= at
        for name in ("60s", "200s", "700s"):
            steps[f"margin_from_{at}_near_{name}"] = reached * near * decays[name]
            steps[f"margin_from_{at}_far_{name}"] = reached * (1.0 - near) * decays[name]
        steps[f"margin_from_{at}_kick_60s"] = reached * (m.yards_to_goal <= 36) * decays["60s"]
        steps[f"margin_from_{at}_no_kick_60s"] = reached * (m.yards_to_goal > 36) * decays["60s"]
        steps[f"margin_from_{at}_fourth_down_200s"] = reached * fourth * decays["200s"]
        steps[f"margin_from_{at}_no_fourth_down_200s"] = reached * (1.0 - fourth) * decays["200s"]
    return steps


def _timeouts(m: Moment, now: Clock, decays: dict[str, Value]) -> dict[str, Value]:
    spent, taken = 3.0 - m.timeouts, 3.0 - m.opponent_timeouts
    known = {"timeouts": (m.timeouts - m.opponent_timeouts) * now.scale}
    for name in ("60s", "200s", "700s"):
        known |= {
            f"timeouts_{name}": m.timeouts * decays[name],
            f"opponent_timeouts_{name}": -m.opponent_timeouts * decays[name],
            f"margin_from_1_spent_{name}": (m.margin >= 1) * spent * decays[name],
            f"margin_from_1_taken_{name}": (m.margin >= 1) * taken * decays[name],
        }
    return known


def at_least_zero(name: str) -> bool:
    """Return whether a term's coefficient may not be negative: more points, a better spread or more timeouts are never worse."""
    return name.startswith(("margin", "timeouts", "opponent_timeouts"))


__all__ = ["COLUMNS", "Clock", "Moment", "at_least_zero", "clock", "columns", "spread_terms", "terms"]
