"""The offset: a logistic model on Stern's terms, whose coefficients are plain text."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter, mul
from typing import Self

import numpy as np

from eddyline.football.situations import Floats
from eddyline.football.win_probability.arithmetic import COLUMNS, Value
from eddyline.football.win_probability.terms import PLAIN_FACTORS, STEPS, Clock, Moment, factors, spread_terms, step_name, terms

FACTORS = (
    *PLAIN_FACTORS,
    *("near_60s", "near_200s", "near_700s", "far_60s", "far_200s", "far_700s"),
    *("kick_60s", "no_kick_60s", "fourth_down_200s", "no_fourth_down_200s"),
)


@dataclass(frozen=True, slots=True)
class Offset:
    """Coefficients of terms, and a table of what the steps up to a margin add to each factor."""

    smooth: tuple[tuple[str, float], ...]
    spread: tuple[tuple[str, float], ...]
    steps: Floats  # (steps passed, factors)
    # The same for a single moment:
    step_rows: tuple[tuple[float, ...], ...]
    weights: tuple[float, ...]
    pick: Callable[[dict[str, float]], tuple[float, ...]]

    @classmethod
    def of(cls, coefficients: dict[str, float]) -> Self:
        """Return the offset with these coefficients; what is not named counts nothing."""
        by_step = np.array([[coefficients.get(step_name(at, name), 0.0) for name in FACTORS] for at in STEPS])
        steps = np.vstack([np.zeros(len(FACTORS)), np.cumsum(by_step, axis=0)])
        stepped = {step_name(at, name) for at in STEPS for name in FACTORS}
        plain = [(name, value) for name, value in coefficients.items() if name not in stepped]
        spread = tuple(part for part in plain if part[0].startswith("spread"))
        smooth = tuple(part for part in plain if part not in spread)
        rows, weights = tuple(map(tuple, steps.tolist())), tuple(weight for _, weight in smooth)
        return cls(smooth, spread, steps, rows, weights, itemgetter(*(name for name, _ in smooth)))

    def log_odds(self, moment: Moment, now: Clock) -> Floats:
        """Return the log odds of a win for the team with the ball, in regulation time."""
        told = terms(COLUMNS, moment, now)
        weights = self.steps[np.searchsorted(STEPS, moment.margin, side="right")]
        stepped = sum(weights[:, place] * value for place, value in enumerate(factors(moment, now).values()))
        return np.asarray(sum(weight * told[name] for name, weight in self.smooth) + stepped + self._of_spread(spread_terms(moment, now)))

    def single(self, told: dict[str, float], factored: list[float], spread: dict[str, float], margin: float) -> float:
        """Return the same for one moment, from its terms, its factors and the terms of its spread."""
        stepped = sum(map(mul, self.step_rows[bisect_right(STEPS, margin)], factored))
        ahead = self._of_spread(spread) if spread else 0.0
        return float(sum(map(mul, self.weights, self.pick(told))) + stepped + ahead)

    def _of_spread(self, told: dict[str, Value]) -> Value:
        return sum(weight * told[name] for name, weight in self.spread)


def odds_to_chance(log_odds: Floats) -> Floats:
    """Return the logistic function, which neither overflows nor leaves 0 to 1."""
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * log_odds))
