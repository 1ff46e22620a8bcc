"""The terms of the offset: what a logistic model is told about a moment in regulation time.

After Stern (1994), the lead at the end is today's lead plus a normal change whose variance is in proportion to the time left; so leads and
points in prospect count divided by its standard deviation, 13.2 points over a whole game (174 = 13.2 squared) and never less than 1.4.
Late in a game scores come in threes and sevens: steps at those leads take over, the faster the less time is left.

Whatever contains the margin grows with it, and its coefficient is not below zero: so more points are never worse.
"""

from dataclasses import dataclass

from eddyline.football.rules import GAME_S, HALF_S, QUARTER_S
from eddyline.football.situations import Situations
from eddyline.football.win_probability.arithmetic import Arithmetic, Value

VARIANCE = 174.0  # points squared over a game
FLOOR = 2.0
PLAIN_FACTORS = ("20s", "60s", "200s", "700s")
KICK_FROM = 36  # yards to the goal line: a field goal of 54 yards
STEPS = (-16, -11, -8, -7, -3, -2, 0, 1, 3, 4, 8, 9, 12, 17)  # leads from which fewer scores are needed, or more
LONG_KICK_FROM = 40  # the same for a team that has no time to come closer
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
    fading: Value  # 1 at the start, 0.018 at the end
    in_20s: Value  # 1 at the end, fading backwards over so many seconds; so the next three
    in_60s: Value
    in_200s: Value
    in_700s: Value


def clock(a: Arithmetic, m: Moment) -> Clock:
    """Return what the clock of a moment in regulation time says."""
    game = (4.0 - m.quarter) * QUARTER_S + m.seconds
    half = game - HALF_S * (m.quarter < 2.5)
    share = game / GAME_S
    scale, room = 1.0 / a.sqrt(VARIANCE * share + FLOOR), 1.0 - a.exp(half / -40.0)
    return Clock(game, half, share, scale, room, a.exp(-4.0 * (1.0 - share)), *(a.exp(game / -seconds) for seconds in (20.0, 60.0, 200.0, 700.0)))


def terms(a: Arithmetic, m: Moment, now: Clock) -> dict[str, Value]:
    """Return the terms that need no spread and no step, by name."""
    return _lead(a, m, now) | _field(a, m, now) | _last_seconds(a, m, now) | _timeouts(m, now)


def factors(m: Moment, now: Clock) -> dict[str, Value]:
    """Return what a step counts by: the time that is left, with the spot, the reach of a field goal, fourth down."""
    near = (100.0 - m.yards_to_goal) / 100.0
    kick, fourth = m.yards_to_goal <= KICK_FROM, m.down == 4
    return {
        "20s": now.in_20s,
        "60s": now.in_60s,
        "200s": now.in_200s,
        "700s": now.in_700s,
        "near_60s": near * now.in_60s,
        "near_200s": near * now.in_200s,
        "near_700s": near * now.in_700s,
        "far_60s": (1.0 - near) * now.in_60s,
        "far_200s": (1.0 - near) * now.in_200s,
        "far_700s": (1.0 - near) * now.in_700s,
        "kick_60s": kick * now.in_60s,
        "no_kick_60s": (1.0 - kick) * now.in_60s,
        "fourth_down_200s": fourth * now.in_200s,
        "no_fourth_down_200s": (1.0 - fourth) * now.in_200s,
    }


def step_terms(m: Moment, now: Clock) -> dict[str, Value]:
    """Return every step times every factor that counts there, by name: what is fitted. `Offset` sums them by a table."""
    told = factors(m, now)
    return {step_name(at, name): (m.margin >= at) * value for at in STEPS for name, value in told.items() if at in SPOT_STEPS or name in PLAIN_FACTORS}


def step_name(at: int, factor: str) -> str:
    """Return how the coefficient of a step and a factor is called."""
    return f"margin_from_{at}_{factor}"


def spread_terms(m: Moment, now: Clock) -> dict[str, Value]:
    """Return the terms of the spread, by name: it counts for the time that is left, and less as the game shows more."""
    ahead = m.spread * now.share * now.scale
    return {
        "spread": ahead,
        "spread_share": ahead * now.share,
        "spread_fading": m.spread * now.fading,
        "spread_cubed": m.spread**3 * now.share / 1000.0,
    }


def _lead(a: Arithmetic, m: Moment, now: Clock) -> dict[str, Value]:
    z = m.margin * now.scale
    within = a.most(a.least(z, 4.0), -4.0)
    return {
        "margin_z": z,
        "margin_z_cubed": within * within * within,
        "margin_z_bent": a.tanh(1.5 * z),
        "margin_z_share": z * now.share,
        "margin_z_half": z * (m.quarter < 2.5),
        "margin_z_700s": z * now.in_700s,
        "margin_z_200s": z * now.in_200s,
    }


def _field(a: Arithmetic, m: Moment, now: Clock) -> dict[str, Value]:
    points = now.scale * now.room
    spot = (50.0 - m.yards_to_goal) / 50.0
    to_go = a.log(a.least(m.distance, 30.0) + 1.0) - 2.2
    second, third, fourth = (m.down == 2) * points, (m.down == 3) * points, (m.down == 4) * points
    within = m.yards_to_goal <= KICK_FROM
    last = m.down == 4
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
        "fourth_down_kick": fourth * (m.yards_to_goal <= 38),
        "receives_second_half": m.receives_second_half * (m.quarter < 2.5) * now.scale,
        "home": m.home * now.share * now.scale,
        "home_fading": m.home * now.fading,
        "ball_60s": now.in_60s,
        "ball_200s": now.in_200s,
        "ball_700s": now.in_700s,
        "spot_60s": spot * now.in_60s,
        "spot_200s": spot * now.in_200s,
        "spot_700s": spot * now.in_700s,
        "kick_60s": within * now.in_60s,
        "kick_200s": within * now.in_200s,
        "fourth_down_60s": last * now.in_60s,
        "fourth_down_200s": last * now.in_200s,
    }


def _last_seconds(a: Arithmetic, m: Moment, now: Clock) -> dict[str, Value]:
    in_range = m.yards_to_goal <= LONG_KICK_FROM
    first_half = (m.quarter < 2.5) * now.scale
    in_15s, in_60s = a.exp(now.half / -15.0) * first_half, a.exp(now.half / -60.0) * first_half
    return {
        # the end of the first half: three points that are in reach, with no time for anybody to answer
        "half_kick_15s": in_range * in_15s,
        "half_kick_60s": in_range * in_60s,
        "half_spot_60s": (50.0 - m.yards_to_goal) / 50.0 * in_60s,
        "half_fourth_down_kick_15s": (m.down == 4) * in_range * in_15s,
        # the end of the game: yards a second that a team behind needs to come in reach of a field goal
        "margin_out_of_reach": -1.0 * (m.margin < 0) * a.least(a.most(0.0, m.yards_to_goal - KICK_FROM) / (now.game + 4.0), 6.0),
    }


def _timeouts(m: Moment, now: Clock) -> dict[str, Value]:
    ahead = m.margin >= 1
    spent, taken = ahead * (3.0 - m.timeouts), ahead * (3.0 - m.opponent_timeouts)
    return {
        "timeouts": (m.timeouts - m.opponent_timeouts) * now.scale,
        "timeouts_60s": m.timeouts * now.in_60s,
        "timeouts_200s": m.timeouts * now.in_200s,
        "timeouts_700s": m.timeouts * now.in_700s,
        "opponent_timeouts_60s": -m.opponent_timeouts * now.in_60s,
        "opponent_timeouts_200s": -m.opponent_timeouts * now.in_200s,
        "opponent_timeouts_700s": -m.opponent_timeouts * now.in_700s,
        "margin_from_1_spent_60s": spent * now.in_60s,
        "margin_from_1_spent_200s": spent * now.in_200s,
        "margin_from_1_spent_700s": spent * now.in_700s,
        "margin_from_1_taken_60s": taken * now.in_60s,
        "margin_from_1_taken_200s": taken * now.in_200s,
        "margin_from_1_taken_700s": taken * now.in_700s,
    }


def at_least_zero(name: str) -> bool:
    """Return whether a term's coefficient may not be negative: more points, a better spread or more timeouts are never worse."""
    return name.startswith(("margin", "timeouts", "opponent_timeouts"))
