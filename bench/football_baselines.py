"""What the fourth down's pieces are held against: simple models of one feature, fitted on 2009-2018."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bench.football_rows import floats
from bench.football_scores import Floats


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression, by Newton's method."""

    weights: Floats

    @classmethod
    def fit(cls, columns: Floats, happened: Floats) -> "Logistic":
        """Fit on rows of features (without the constant)."""
        features = _with_constant(columns)
        weights = np.zeros(features.shape[1])
        for _ in range(30):
            chance = 1 / (1 + np.exp(-features @ weights))
            slope = features.T @ (happened - chance)
            weights = weights + np.linalg.solve((features * (chance * (1 - chance))[:, None]).T @ features, slope)
        return cls(weights)

    def predict(self, columns: Floats) -> Floats:
        """Return the chances of rows."""
        return 1 / (1 + np.exp(-_with_constant(columns) @ self.weights))


def _with_constant(columns: Floats) -> Floats:
    table = columns.reshape(len(columns), -1)
    return np.column_stack([np.ones(len(table)), table])


def field_goals(plays: pa.Table) -> tuple[pa.Table, Floats]:
    """Return the kicks of the seasons and which were good."""
    kicks = plays.filter(pc.and_(pc.equal(plays["play_type"], "field_goal"), pc.is_valid(plays["field_goal_result"])))
    return kicks, pc.equal(kicks["field_goal_result"], "made").to_numpy().astype(float)


def conversions(plays: pa.Table) -> tuple[pa.Table, Floats]:
    """Return the fourth downs that were run or passed, and which were converted: yards reached the line to gain, or a touchdown."""
    tried = pc.and_(pc.equal(plays["down"], 4), pc.is_in(plays["play_type"], pa.array(["run", "pass"])))
    tries = plays.filter(pc.fill_null(tried, False))  # noqa: FBT003 - Arrow's signature
    lost = (floats(tries, "interception") > 0) | (np.nan_to_num(floats(tries, "fumble_lost")) > 0)
    return tries, ((floats(tries, "yards_gained") >= floats(tries, "ydstogo")) & ~lost).astype(float)


def punt_nets(plays: pa.Table) -> tuple[pa.Table, Floats]:
    """Return the punts after which the other team had a first down at once, and the yards that the ball moved."""
    at = np.flatnonzero(pc.equal(plays["play_type"], "punt").to_numpy())
    follows = at + 1
    at, follows = at[follows < len(plays)], follows[follows < len(plays)]
    game, team, other = (np.asarray(plays[name].to_pylist(), dtype=object) for name in ("game_id", "posteam", "defteam"))
    spot, down = floats(plays, "yardline_100"), floats(plays, "down")
    plain = (game[at] == game[follows]) & (other[at] == team[follows]) & (down[follows] == 1) & (down[at] == 4)
    at, follows = at[plain], follows[plain]
    return plays.take(pa.array(at)), spot[at] - (100 - spot[follows])


def table_by_five_yards(spot: Floats, net: Floats) -> NDArray[np.float64]:
    """Return the mean net of each five yards, 20 of them; an empty one has the overall mean."""
    place = np.clip(spot / 5, 0, 19).astype(int)
    count = np.bincount(place, minlength=20)
    return np.where(count > 0, np.bincount(place, weights=net, minlength=20) / np.maximum(count, 1), net.mean())
