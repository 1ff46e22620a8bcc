"""Logistic regression by Newton's method with a ridge, some of whose coefficients may not fall below zero."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from eddyline.football.situations import Flags, Floats
from eddyline.football.win_probability.offset import odds_to_chance

STEPS = 30
CLOSE = 1e-8


@dataclass(frozen=True, slots=True)
class Quadratic:
    """The log likelihood near a point, to second order; sums of parts of the rows add up to the whole."""

    gradient: Floats
    curvature: Floats

    @classmethod
    def at(cls, x: Floats, y: Floats, found: Floats) -> Self:
        """Return it for some rows at coefficients."""
        chance = odds_to_chance(x @ found)
        bent = x * np.sqrt(chance * (1.0 - chance))[:, None]
        return cls(x.T @ (y - chance), bent.T @ bent)

    def minus(self, other: Self) -> Self:
        """Return it without some of its rows."""
        return type(self)(self.gradient - other.gradient, self.curvature - other.curvature)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The ridge of each coefficient, and which may not be negative."""

    ridge: Floats
    at_least_zero: Flags

    def best(self, near: Quadratic, found: Floats) -> Floats:
        """Return the coefficients that are best where the log likelihood is that quadratic around `found`."""
        curvature = near.curvature + np.diag(self.ridge)
        target = curvature @ found + near.gradient - self.ridge * found
        free = ~self.at_least_zero | (found > 0.0)
        return _active_set(curvature, target, np.where(free, found, 0.0), free, self.at_least_zero)


def fit(x: Floats, y: Floats, bounds: Bounds) -> Floats:
    """Return the coefficients that Newton's method ends at."""
    found = np.zeros(x.shape[1])
    for _ in range(STEPS):
        before, found = found, bounds.best(Quadratic.at(x, y, found), found)
        if np.abs(found - before).max() < CLOSE:
            break
    return found


def _active_set(curvature: Floats, target: Floats, found: Floats, free: Flags, bounded: Flags) -> Floats:
    # Lawson and Hanson's method: free one bound at a time, step back to the first bound that a solution would cross.
    for _ in range(20 * len(found)):
        solved = np.zeros_like(found)
        solved[free] = np.linalg.solve(curvature[np.ix_(free, free)], target[free])
        crossing = free & bounded & (solved < 0.0)
        if crossing.any():
            share = np.min(found[crossing] / (found[crossing] - solved[crossing]))
            found = np.where(free, found + share * (solved - found), 0.0)
            free = free & ~(crossing & (found <= 1e-12))
            continue
        found = solved
        pull = np.where(bounded & ~free, target - curvature @ found, -np.inf)
        if pull.max() <= 1e-7 * np.abs(target).max():
            break
        free = free.copy()
        free[int(np.argmax(pull))] = True
    return found
