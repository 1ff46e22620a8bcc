"""What the pieces are held against: simple models of one feature, fitted on 2009-2018."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from eddyline.football.situations import Floats
from eddyline.plays.tables import Plays


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression, by Newton's method."""

    weights: Floats

    @classmethod
    def fit(cls, columns: Floats, happened: Floats) -> Self:
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
        return np.asarray(1 / (1 + np.exp(-_with_constant(columns) @ self.weights)))


def _with_constant(columns: Floats) -> Floats:
    table = columns.reshape(len(columns), -1)
    return np.column_stack([np.ones(len(table)), table])


def field_goals(plays: Plays) -> tuple[Plays, Floats]:
    """Return the kicks of the seasons and which were good."""
    kicks = plays.take((plays.texts("play_type") == "field_goal") & plays.known("field_goal_result"))
    return kicks, (kicks.texts("field_goal_result") == "made").astype(float)


def conversions(plays: Plays) -> tuple[Plays, Floats]:
    """Return the fourth downs that were run or passed, and which reached the line to gain with the ball still theirs."""
    tries = plays.take((plays.ints("down") == 4) & np.isin(plays.texts("play_type"), ("run", "pass")))
    lost = (tries.ints("interception") > 0) | (tries.ints("fumble_lost") > 0)
    return tries, ((tries.floats("yards_gained") >= tries.floats("ydstogo")) & ~lost).astype(float)


def punt_nets(plays: Plays) -> tuple[Plays, Floats]:
    """Return the punts after which the other team had a first down at once, and the yards that the ball moved."""
    punts = np.flatnonzero(plays.texts("play_type") == "punt")
    at = punts[punts + 1 < len(plays)]
    game, team, other = (plays.texts(name) for name in ("game_id", "posteam", "defteam"))
    spot, down = plays.floats("yardline_100"), plays.ints("down")
    plain = (game[at] == game[at + 1]) & (other[at] == team[at + 1]) & (down[at + 1] == 1) & (down[at] == 4)
    kept = at[plain]
    return plays.take(kept), spot[kept] - (100 - spot[kept + 1])


def table_by_five_yards(spot: Floats, net: Floats) -> Floats:
    """Return the mean net of each five yards, 20 of them; an empty one has the overall mean."""
    place = np.clip(spot / 5, 0, 19).astype(int)
    count = np.bincount(place, minlength=20)
    return np.where(count > 0, np.bincount(place, weights=net, minlength=20) / np.maximum(count, 1), net.mean())
