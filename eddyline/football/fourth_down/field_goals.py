"""The chance that a field goal is good."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from eddyline.football.fourth_down.conditions import Conditions, chance, learning
from eddyline.football.situations import Flags, Floats, Ints

SNAP_TO_POSTS = 18  # yards of the kick beyond the line of scrimmage: the holder's seven or eight and the end zone's ten
LONGEST = 63  # a longer kick was made three times in the NFL
FEATURES = ("one", "distance", "beyond_37", "beyond_56", "season", "indoor")


@dataclass(frozen=True, slots=True)
class FieldGoals:
    """A logistic in distance with two kinks, the season and the roof."""

    coefficients: Floats  # in the order of FEATURES
    blocked: float  # share of the misses that were blocked
    returned: float  # share of the misses that were returned to a touchdown

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read the model from the artefact."""
        return cls(np.asarray(stored["coefficients"]), stored["blocked"], stored["returned"])

    def make(self, yards_to_goal: Ints, conditions: Conditions) -> Floats:
        """Return the chance that the kick is good, whatever its distance."""
        return chance(design(yards_to_goal, conditions), self.coefficients)


def design(yards_to_goal: Ints, conditions: Conditions) -> Floats:
    """Return the design matrix of kicks from these lines of scrimmage."""
    return features((yards_to_goal + SNAP_TO_POSTS).astype(np.float64), conditions.season, conditions.indoor)


def in_range(yards_to_goal: Ints) -> Flags:
    """Return where a field goal can be tried at all."""
    return np.asarray(yards_to_goal + SNAP_TO_POSTS <= LONGEST)


def features(distance: Floats, season: float | Floats, indoor: Flags) -> Floats:
    """Return the design matrix, a row a kick, in the order of FEATURES; `distance` in yards."""
    beyond = [np.maximum(distance - kink, 0) / 10 for kink in (37, 56)]
    drift = np.broadcast_to(learning(season), distance.shape)
    return np.stack([np.ones_like(distance), (distance - 40) / 10, *beyond, drift, indoor.astype(np.float64)], axis=-1)
