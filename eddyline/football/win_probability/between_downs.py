"""Situations that a moment between two downs leads to: a kickoff, a free kick, the kickoff after the half."""

from dataclasses import replace

import numpy as np

from eddyline.football.rules import QUARTER_S, Rules
from eddyline.football.situations import Flags, Floats, Ints, Situations

FREE_KICK_START = 60.0  # yards to go after the kick that follows a safety


def first_down_at(situations: Situations, yards_to_goal: float | Floats) -> Situations:
    """Return 1st and 10 for the team with the ball, at a spot (rounded to yards)."""
    spot = np.broadcast_to(np.rint(yards_to_goal), len(situations)).astype(np.int32)
    return replace(situations, down=np.ones_like(situations.down), distance=np.minimum(10, spot), yards_to_goal=spot)


def received(situations: Situations, rules: Rules, *, free_kick: bool = False) -> Situations:
    """Return where the team that receives a kickoff may expect to start."""
    return first_down_at(situations, FREE_KICK_START if free_kick else rules.kickoff_start)


def turned(situations: Situations) -> Situations:
    """Return the other team's view with the ball: margin, timeouts, spread and the half's kickoff change sides; spot and down stay as they are."""
    ended = situations.overtime_possessions
    return replace(
        situations,
        margin=-situations.margin,
        timeouts=situations.opponent_timeouts,
        opponent_timeouts=situations.timeouts,
        receives_second_half=~situations.receives_second_half & (situations.quarter <= 2),
        home=1 - situations.home,
        spread=-situations.spread,
        overtime_possessions=None if ended is None else (ended + (situations.quarter > 4)).astype(np.int32),
    )


def scored(situations: Situations, points: int | Ints) -> Situations:
    """Return the same with points for the team with the ball."""
    return replace(situations, margin=(situations.margin + points).astype(np.int32))


def overtime_kickoff(situations: Situations, rules: Rules) -> Situations:
    """Return overtime's opening kickoff, as if each row's team received it."""
    begun = replace(
        situations,
        quarter=np.full_like(situations.quarter, 5),
        seconds=np.full_like(situations.seconds, rules.overtime.period_s),
        overtime_possessions=np.zeros_like(situations.quarter),
    )
    return received(begun, rules)


def second_half(situations: Situations, rules: Rules) -> Situations:
    """Return the second half's start, from the view of who receives its kickoff; the rows must be of teams that do."""
    fresh = np.full_like(situations.timeouts, rules.timeouts)
    begun = replace(
        situations,
        quarter=np.full_like(situations.quarter, 3),
        seconds=np.full_like(situations.seconds, QUARTER_S),
        timeouts=fresh,
        opponent_timeouts=fresh,
        receives_second_half=np.zeros_like(situations.receives_second_half),
    )
    return received(begun, rules)


def next_quarter(situations: Situations, over: Flags) -> Situations:
    """Return the same, with the first and third quarter's end passed where they are over: nothing but the clock's name changes."""
    return replace(
        situations,
        quarter=(situations.quarter + over).astype(np.int32),
        seconds=np.where(over, QUARTER_S, situations.seconds).astype(np.int32),
    )


def even_game() -> Situations:
    """Return one row: the start of a game between equal teams whose spread nobody knows."""
    one, none = np.ones(1, dtype=np.int32), np.zeros(1, dtype=np.int32)
    return Situations(
        quarter=one,
        seconds=one * QUARTER_S,
        margin=none,
        down=one,
        distance=one * 10,
        yards_to_goal=one * 75,
        timeouts=one * 3,
        opponent_timeouts=one * 3,
        receives_second_half=none == 1,
        home=none,
        spread=np.full(1, np.nan),
    )
