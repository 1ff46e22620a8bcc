"""Fourth downs in overtime: which states end the game under the season's rules."""

import numpy as np

from eddyline.football.fourth_down.after_states import POINTS, SLOTS
from eddyline.football.rules import OvertimeKind, Rules
from eddyline.football.situations import Floats, Ints, Situations
from eddyline.football.win_probability.overtime import first_share

KEPT = np.r_[SLOTS.beyond, SLOTS.kept]  # the ball stays in the same hands
NEW_PERIOD = 0.5


def possessions(at: Situations, rules: Rules) -> Ints:
    """Return (rows, slots): the possessions that have ended in each state; where nobody counted, the likelier of none and one."""
    known = at.overtime_possessions
    before = (_first(at, rules) < 0.5).astype(np.int32) if known is None else known
    ended = np.repeat(before[:, None] + 1, SLOTS.count, axis=1)
    ended[:, KEPT] = before[:, None]
    return ended


def ended(values: Floats, at: Situations, rules: Rules) -> Floats:
    """Return the win probabilities of the states with the ends of the game put in, for the rows that are in overtime."""
    total = at.margin[:, None] + POINTS
    again = np.full_like(values, NEW_PERIOD) if rules.overtime.kind is OvertimeKind.ALTERNATING else values
    last_chance = np.where(total > 0, 1.0, np.where(total < 0, 0.0, again))
    last_chance[..., KEPT] = values[..., KEPT]
    answer = np.where((at.margin == 0)[:, None], _level(values, at, rules), last_chance)
    return np.where((at.quarter > 4)[:, None], answer, values)


def _level(values: Floats, at: Situations, rules: Rules) -> Floats:
    level, first, kind = values.copy(), _first(at, rules)[:, None], rules.overtime.kind
    answered = first * values + (1 - first)  # the other team has its turn if this was the first possession, else it is won
    if kind is OvertimeKind.ALTERNATING:
        level = first * values + (1 - first) * NEW_PERIOD
        level[..., KEPT] = values[..., KEPT]
    both = kind in {OvertimeKind.BOTH_POSSESS, OvertimeKind.ALTERNATING}
    level[..., SLOTS.made] = 1.0 if kind is OvertimeKind.SUDDEN_DEATH else answered[..., SLOTS.made]
    level[..., SLOTS.touchdown] = answered[..., SLOTS.touchdown] if both else 1.0
    level[..., SLOTS.returned] = 0.0
    return level


def _first(at: Situations, rules: Rules) -> Floats:
    if rules.overtime.kind is not OvertimeKind.ALTERNATING:
        return first_share(at, rules)
    ended = at.overtime_possessions
    return np.ones(len(at)) if ended is None else np.asarray(ended % 2 == 0, dtype=np.float64)
