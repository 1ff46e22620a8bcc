"""How forecasts are scored: Brier score, log loss, differences bootstrapped by game, nflfastR's calibration error."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RESAMPLES = 4_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean with its 95 % interval, resampled by game: the plays of a game share one outcome."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        """Return `+.0004 [-.0005, +.0012]`."""
        return f"{self.mean:+.5f} [{self.low:+.5f}, {self.high:+.5f}]"


def brier(forecast: Floats, won: Floats) -> float:
    """Return the mean squared error of probabilities."""
    return float(np.mean((forecast - won) ** 2))


def log_loss(forecast: Floats, happened: Floats) -> float:
    """Return the mean negative log likelihood of what happened."""
    sure = np.clip(forecast, 1e-12, 1 - 1e-12)
    return float(-np.mean(np.where(happened > 0, np.log(sure), np.log1p(-sure))))


def paired(ours: Floats, theirs: Floats, won: Floats, games: NDArray[np.str_]) -> Difference:
    """Return our Brier score minus theirs on the same rows; below zero is better."""
    return mean_by_game((ours - won) ** 2 - (theirs - won) ** 2, games)


def mean_by_game(values: Floats, games: NDArray[np.str_]) -> Difference:
    """Return the mean of a value a row, with its interval."""
    _, game = np.unique(games, return_inverse=True)
    totals, rows = np.bincount(game, weights=values), np.bincount(game).astype(float)
    drawn = np.random.default_rng(26).multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=RESAMPLES)
    low, high = np.percentile(drawn @ totals / (drawn @ rows), [2.5, 97.5])
    return Difference(float(values.mean()), float(low), float(high))


def calibration_error(forecast: Floats, won: Floats, quarter: NDArray[np.integer]) -> float:
    """Return nflfastR's calibration error: |forecast - share won| in bins of 5 %, by plays within a quarter, by wins among quarters.

    Source: the leave-one-season-out measure of nflfastR's and nflscrapR's model reports; a bin stands for its middle.
    """
    present = [chosen for chosen in (quarter == number for number in range(1, 5)) if chosen.any()]
    by_quarter = [_quarter_error(forecast[chosen], won[chosen]) for chosen in present]
    return float(np.average(by_quarter, weights=[won[chosen].sum() for chosen in present]))


def _quarter_error(forecast: Floats, won: Floats) -> float:
    place = np.rint(forecast / 0.05).astype(int)
    plays = np.bincount(place, minlength=21)
    filled = plays > 0
    share = np.bincount(place, weights=won, minlength=21)[filled] / plays[filled]
    return float(np.average(np.abs(np.arange(21)[filled] * 0.05 - share), weights=plays[filled]))
