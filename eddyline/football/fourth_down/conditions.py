"""What is known of a game beyond its state: the season, the roof, and how many points the betting market expects."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from eddyline.football.situations import Flags, Floats, Situations

USUAL_TOTAL = 44.0  # points of both teams in an NFL game, 2009-2018
FIRST_SEASON = 2009
LAST_SEASON = 2030  # later seasons are taken for this one: nobody knows how far the drift goes on


@dataclass(frozen=True, slots=True)
class Conditions:
    """Columns beside a column of situations; `total` is the expected points of both teams, NaN where nobody knows."""

    season: int
    indoor: Flags  # a dome or a closed roof
    total: Floats

    @classmethod
    def unknown(cls, season: int, count: int) -> Self:
        """Return open air and no expectation, for `count` situations."""
        return cls(season, np.zeros(count, dtype=np.bool_), np.full(count, np.nan))

    def take(self, chosen: NDArray[np.intp] | Flags) -> Self:
        """Return the chosen rows, by positions or by a mask."""
        return type(self)(self.season, self.indoor[chosen], self.total[chosen])


def expected_team_points(situations: Situations, total: Floats) -> Floats:
    """Return the points that the market expects of the team with the ball, from the total and the spread; the usual where unknown."""
    known = np.where(np.isnan(total), USUAL_TOTAL, total)
    return np.asarray((known + np.nan_to_num(situations.spread)) / 2)


def learning(season: float | Floats) -> Floats:
    """Return a season's term that grows ever more slowly: kicking and going for it got better each year, by less and less."""
    return np.asarray(np.log(np.clip(season, FIRST_SEASON, LAST_SEASON) - (FIRST_SEASON - 2)))


def settling(season: float | Floats) -> Floats:
    """Return a season's term that comes to rest within a decade: punts grew longer until about 2017."""
    return np.asarray(1 - np.exp(-(np.clip(season, FIRST_SEASON, LAST_SEASON) - FIRST_SEASON) / 5.0))


def chance(design: Floats, coefficients: Floats) -> Floats:
    """Return the logistic regression's chances, a row of the design each; (refits, rows) where there is a row of coefficients a refit."""
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * (coefficients @ design.T)))
