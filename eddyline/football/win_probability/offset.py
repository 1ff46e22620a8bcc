"""The offset: a logistic model on Stern's terms, whose coefficients are plain text."""

from dataclasses import dataclass

import numpy as np

from eddyline.football.situations import Floats
from eddyline.football.win_probability.arithmetic import COLUMNS, Arithmetic, Value
from eddyline.football.win_probability.terms import Moment, spread_terms, terms


@dataclass(frozen=True, slots=True)
class Offset:
    """Coefficients by the name of their term; terms that are not named count nothing."""

    coefficients: dict[str, float]
    with_spread: bool

    def log_odds(self, moment: Moment, arithmetic: Arithmetic = COLUMNS) -> Value:
        """Return the log odds of a win for the team with the ball, in regulation time."""
        told = terms(arithmetic, moment)
        if self.with_spread:
            told |= spread_terms(arithmetic, moment)
        return sum(coefficient * told[name] for name, coefficient in self.coefficients.items())


def odds_to_chance(log_odds: Floats) -> Floats:
    """Return the logistic function, which neither overflows nor leaves 0 to 1."""
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * log_odds))
