"""How likely a game in regulation time is to end in a tie: that it goes to overtime, times how often overtime ends level."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from eddyline.football.situations import Floats
from eddyline.football.win_probability.arithmetic import COLUMNS, SINGLE, Arithmetic, Value
from eddyline.football.win_probability.terms import Clock, Moment

DECAYS_S = (30.0, 120.0, 500.0)
OPEN = "open"
FARTHEST = 9  # beyond, all margins are alike


@dataclass(frozen=True, slots=True)
class Ties:
    """A logistic model of overtime, by the name of its terms, and a table of what a margin counts late: (margins, decays)."""

    coefficients: dict[str, float]
    late: Floats
    late_rows: tuple[tuple[float, ...], ...]  # the same for a single moment

    @classmethod
    def of(cls, coefficients: dict[str, float]) -> Self:
        """Return the model with these coefficients."""
        margins = np.arange(-FARTHEST, FARTHEST + 1.0)
        kinds = _kinds(COLUMNS, margins)
        late = np.array([sum(coefficients[_named(kind, decay)] * is_one for kind, is_one in kinds.items()) for decay in DECAYS_S]).T
        return cls(coefficients, late, tuple(map(tuple, late.tolist())))

    def overtime(self, moment: Moment, now: Clock, log_odds: Floats) -> Floats:
        """Return how likely overtime is; `log_odds` are those of a win where somebody wins."""
        counts = self.late[np.clip(moment.margin, -FARTHEST, FARTHEST).astype(np.intp) + FARTHEST]
        return np.asarray(self.of_open(self._apart(COLUMNS, moment, now, counts.T), log_odds, COLUMNS))

    def apart(self, moment: Moment, now: Clock) -> float:
        """Return what margin and clock say of the log odds of overtime, for a single moment."""
        return float(self._apart(SINGLE, moment, now, self.late_rows[int(max(-FARTHEST, min(FARTHEST, moment.margin))) + FARTHEST]))

    def _apart(self, a: Arithmetic, m: Moment, now: Clock, counts: Value) -> Value:
        told = _early(a, m, now)
        early = self.coefficients["constant"] + sum([self.coefficients[name] * value for name, value in told.items()])
        return early + sum([count * a.exp(now.game / -decay) for count, decay in zip(counts, DECAYS_S, strict=True)])

    def of_open(self, apart: Value, log_odds: Value, a: Arithmetic) -> Value:
        """Return how likely overtime is in a game so open."""
        return 0.5 + 0.5 * a.tanh(0.5 * (apart + self.coefficients[OPEN] * openness(a, log_odds)))


def openness(a: Arithmetic, log_odds: Value) -> Value:
    """Return the logarithm of 4 p (1 - p): where a win is sure or out of reach, overtime is not, so a tie never takes more than a point gives."""
    sure = a.most(log_odds, -log_odds)
    return 1.3863 - sure - 2.0 * a.log(1.0 + a.exp(-sure))


def terms(a: Arithmetic, m: Moment, now: Clock) -> dict[str, Value]:
    """Return what else the model is fitted on: how far apart the teams are for the time left, and late, whether one score would level them."""
    kinds = _kinds(a, m.margin)
    late = {_named(kind, decay): is_one * a.exp(now.game / -decay) for decay in DECAYS_S for kind, is_one in kinds.items()}
    return {"constant": 1.0 + 0.0 * m.margin} | _early(a, m, now) | late


def _early(a: Arithmetic, m: Moment, now: Clock) -> dict[str, Value]:
    z = m.margin * now.scale
    return {"share": now.share, "margin_squared": a.least(z * z, 16.0)}


def _kinds(a: Arithmetic, margin: Value) -> dict[str, Value]:
    return {
        "level": margin == 0,
        "behind_by_a_goal": (margin >= -3) & (margin < 0),
        "behind_by_three": margin == -3,
        "ahead_by_a_goal": (margin > 0) & (margin <= 3),
        "ahead_by_three": margin == 3,
        "apart": a.most(margin, -margin) > 8.5,
    }


def _named(kind: str, decay: float) -> str:
    return f"{kind}_{int(decay)}s"
