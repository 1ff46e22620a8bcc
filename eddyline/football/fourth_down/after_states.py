"""Where each option may lead: some thirty states a fourth down, all of them first downs, asked about in one batch."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from eddyline.football.fourth_down.conversions import BEYOND_BINS, Gains
from eddyline.football.fourth_down.punts import SPOTS, Landings
from eddyline.football.rules import OvertimeKind, Rules
from eddyline.football.situations import Flags, Floats, Ints, Situations

PLAY_S = 6  # seconds that a fourth down takes
TOUCHDOWN, FIELD_GOAL = 6, 3
TRY_POINTS = (0, 1, 2)
ALTERNATING_START = 25.0  # yards to the goal line


@dataclass(frozen=True, slots=True)
class Slots:
    """The columns of the states: who has the ball there, where, and what was scored."""

    touchdown: slice  # our touchdown: they receive a kickoff, after a try for 0, 1 or 2 points
    beyond: slice  # our first down
    short: slice  # theirs, after a try that failed
    returned: slice  # their touchdown on our play: we receive a kickoff
    made: int
    missed: int
    blocked_kick: int
    punted: slice
    touchback: int
    blocked_punt: int
    kept: int
    count: int


def _slots() -> Slots:
    edges = np.cumsum([0, len(TRY_POINTS), len(BEYOND_BINS), 4, len(TRY_POINTS), 1, 1, 1, SPOTS, 1, 1, 1]).tolist()
    touchdown, beyond, short, returned = (slice(low, high) for low, high in pairwise(edges[:5]))
    made, missed, blocked, punt, touchback, blocked_punt, kept, count = edges[4:]
    return Slots(touchdown, beyond, short, returned, made, missed, blocked, slice(punt, touchback), touchback, blocked_punt, kept, count)


SLOTS = _slots()


@dataclass(frozen=True, slots=True)
class AfterStates:
    """States as columns, `SLOTS.count` in a row for each fourth down, and whether the team that decided has the ball there."""

    situations: Situations
    ours: Floats  # (rows, slots), 1 or 0

    def our_view(self, score: Floats) -> Floats:
        """Turn (..., rows x slots) scores of the team with the ball into (..., rows, slots) of the team that decided."""
        shaped = score.reshape(*score.shape[:-1], *self.ours.shape)
        return np.asarray(np.where(self.ours > 0, shaped, 1.0 - shaped))


def after_states(at: Situations, gains: Gains, landings: Landings, rules: Rules, ended: Ints | None = None) -> AfterStates:
    """Return every state that going for it, a field goal and a punt may lead to; `ended` counts the possessions of an overtime, (rows, slots)."""
    spots = _spots(at, gains, landings, rules)
    ours = np.broadcast_to(OURS.astype(np.float64), spots.shape)
    return AfterStates(_states(at, ours, spots, ended), ours)


def _ours() -> Flags:
    ours = np.zeros(SLOTS.count, dtype=np.bool_)
    ours[SLOTS.beyond] = ours[SLOTS.returned] = True
    ours[SLOTS.kept] = True
    return ours


OURS = _ours()


def _spots(at: Situations, gains: Gains, landings: Landings, rules: Rules) -> Floats:
    goal = at.yards_to_goal.astype(np.float64)
    spots = np.full((len(at), SLOTS.count), rules.kickoff_start)
    spots[:, SLOTS.beyond] = goal[:, None] - np.minimum(at.distance, at.yards_to_goal)[:, None] - gains.beyond
    spots[:, SLOTS.short] = 100 - goal[:, None] + gains.short
    kicked_from = goal + rules.miss_spot_behind_snap
    spots[:, SLOTS.missed] = 100 - np.maximum(kicked_from, rules.miss_returns_to_at_least)
    spots[:, SLOTS.blocked_kick] = 100 - goal
    spots[:, SLOTS.punted] = 100 - landings.own_yard_line
    spots[:, SLOTS.touchback] = 100 - rules.punt_touchback
    spots[:, SLOTS.blocked_punt] = landings.blocked_at
    spots[:, SLOTS.kept] = landings.kept_at
    if rules.overtime.kind is OvertimeKind.ALTERNATING:  # the other team begins where every possession of a college overtime does
        spots = np.where((at.quarter > 4)[:, None] & ~OURS, ALTERNATING_START, spots)
    return np.asarray(np.clip(np.rint(spots), 1, 99))


def _points() -> Floats:
    points = np.zeros(SLOTS.count)
    points[SLOTS.touchdown] = [TOUCHDOWN + extra for extra in TRY_POINTS]
    points[SLOTS.returned] = [-TOUCHDOWN - extra for extra in TRY_POINTS]
    points[SLOTS.made] = FIELD_GOAL
    return points


POINTS = _points()


def _states(at: Situations, ours: Floats, spots: Floats, ended: Ints | None) -> Situations:
    mine = ours.ravel() > 0
    old = at.take(np.repeat(np.arange(len(at)), SLOTS.count))
    margin = old.margin + np.tile(POINTS, len(at))
    spot = spots.ravel().astype(np.int32)
    receives = np.where(mine, old.receives_second_half, ~old.receives_second_half & (old.quarter <= 2))
    return Situations(
        quarter=old.quarter,
        seconds=np.maximum(old.seconds - PLAY_S, 0).astype(np.int32),
        margin=np.where(mine, margin, -margin).astype(np.int32),
        down=np.ones_like(spot),
        distance=np.minimum(10, spot),
        yards_to_goal=spot,
        timeouts=np.where(mine, old.timeouts, old.opponent_timeouts),
        opponent_timeouts=np.where(mine, old.opponent_timeouts, old.timeouts),
        receives_second_half=receives,
        home=np.where(mine, old.home, 1 - old.home),
        spread=np.where(mine, old.spread, -old.spread),
        overtime_possessions=None if ended is None else ended.ravel(),
    )
