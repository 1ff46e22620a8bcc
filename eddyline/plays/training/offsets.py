"""Fitting the offset: Stern's terms on plays of games that somebody won."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from eddyline.football.situations import Flags, Floats, Ints
from eddyline.football.win_probability.arithmetic import COLUMNS
from eddyline.football.win_probability.offset import odds_to_chance
from eddyline.football.win_probability.terms import at_least_zero, clock, columns, spread_terms, step_terms, terms
from eddyline.plays.scored_plays import ScoredPlays
from eddyline.plays.training.artefact import rounded
from eddyline.plays.training.bounded import Bounds, Quadratic, fit

RIDGE = 20.0  # in units of the terms' standard deviations; 5 to 100 score the same, 500 and more shrink the spread and cost calibration
REFITS = 30
SHARE = 0.5  # of the games in each refit: after Brill et al., whole-sized resamples give intervals that are too narrow
SEED = 26


@dataclass(frozen=True, slots=True)
class Fitted:
    """An offset with what it was fitted on: leaving out seasons and drawing games again are one Newton step from it."""

    names: tuple[str, ...]
    x: Floats  # (rows, terms), each in units of its standard deviation
    scale: Floats
    won: Floats
    season: Ints
    game: NDArray[np.intp]  # numbered in the order of the rows
    bounds: Bounds
    found: Floats

    @classmethod
    def on(cls, rows: ScoredPlays, *, with_spread: bool) -> Self:
        """Fit on scored plays."""
        told = told_of(rows, with_spread=with_spread)
        names = tuple(told)
        x = np.column_stack([told[name] for name in names])
        scale = np.where(x.std(axis=0) > 0.0, x.std(axis=0), 1.0)
        x /= scale
        ridge = np.where(np.array(names) == "constant", 1e-3, RIDGE)
        bounds = Bounds(ridge, np.array([at_least_zero(name) for name in names]))
        game = np.unique(rows.games, return_inverse=True)[1]
        return cls(names, x, scale, rows.won, rows.plays.ints("season"), game, bounds, fit(x, rows.won, bounds))

    def coefficients(self) -> dict[str, float]:
        """Return what counts, by the name of its term."""
        return {name: rounded(value) for name, value in zip(self.names, self.found / self.scale, strict=True) if value != 0.0}

    def log_odds(self) -> Floats:
        """Return the log odds of its own rows."""
        return np.asarray(self.x @ self.found)

    def without_seasons(self) -> Iterator[tuple[Flags, Floats]]:
        """Yield the rows of each season and all rows' log odds by the offset that was fitted without it."""
        parts = {season: self._near(self.season == season) for season in np.unique(self.season)}
        whole = _sum(list(parts.values()))
        for season, part in parts.items():
            yield self.season == season, self.x @ self.bounds.best(whole.minus(part), self.found)

    def refits(self, count: int = REFITS) -> list[list[float]]:
        """Return coefficients fitted on resampled games, in the order of the names of `coefficients`; terms that count nothing stay out."""
        used = self.found != 0.0
        by_name = np.argsort(np.array(self.names)[used])
        bounds = Bounds(self.bounds.ridge[used], self.bounds.at_least_zero[used])
        order = np.argsort(self.game, kind="stable")
        x, won, chance = self.x[order][:, used], self.won[order], odds_to_chance(self.log_odds())[order]
        edges = np.searchsorted(self.game[order], np.arange(self.game.max() + 2))
        gradients, curvatures = _by_game(x, won - chance, chance * (1.0 - chance), edges)
        answer = []
        for drawn in np.random.default_rng(SEED).multinomial(int(len(gradients) * SHARE), np.full(len(gradients), 1.0 / len(gradients)), size=count):
            weights = drawn / SHARE
            near = Quadratic(weights @ gradients, np.tensordot(weights, curvatures, 1))
            answer.append([rounded(value, 6) for value in (bounds.best(near, self.found[used]) / self.scale[used])[by_name]])
        return answer

    def _near(self, rows: NDArray[np.bool_]) -> Quadratic:
        return Quadratic.at(self.x[rows], self.won[rows], self.found)


def told_of(rows: ScoredPlays, *, with_spread: bool) -> dict[str, Floats]:
    """Return the terms of scored plays, by name."""
    moment = columns(rows.plays.situations())
    now = clock(COLUMNS, moment)
    told = terms(COLUMNS, moment, now) | step_terms(moment, now)
    return told | (spread_terms(moment, now) if with_spread else {})


def _by_game(x: Floats, error: Floats, weight: Floats, edges: NDArray[np.intp]) -> tuple[Floats, Floats]:
    games, terms_ = len(edges) - 1, x.shape[1]
    gradients, curvatures = np.empty((games, terms_)), np.empty((games, terms_, terms_))
    for game in range(games):
        rows = slice(edges[game], edges[game + 1])
        gradients[game] = x[rows].T @ error[rows]
        curvatures[game] = (x[rows] * weight[rows, None]).T @ x[rows]
    return gradients, curvatures


def _sum(parts: list[Quadratic]) -> Quadratic:
    return Quadratic(np.sum([part.gradient for part in parts], axis=0), np.sum([part.curvature for part in parts], axis=0))
