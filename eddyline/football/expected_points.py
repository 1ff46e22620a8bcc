"""Expected points: what the next score of the half is worth to the team with the ball, on average."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from eddyline.football.fourth_down.conditions import learning
from eddyline.football.rules import QUARTER_S, Rules
from eddyline.football.situations import Floats, Ints, Situations

# The next score of the half, from the view of the team with the ball, and its points (a touchdown with its try).
NEXT_SCORES = ("none", "touchdown", "field_goal", "safety", "their_touchdown", "their_field_goal", "their_safety")
POINTS = np.array([0.0, 7.0, 3.0, 2.0, -7.0, -3.0, -2.0])
SPOT_KNOTS = (5, 10, 20, 35, 50, 70, 90)
KICKING_RANGE = 45


@dataclass(frozen=True, slots=True)
class ExpectedPoints:
    """A multinomial logistic over the next score of the half, after Carter and Machol (1971) and Yurko et al. (2019)."""

    coefficients: Floats  # (features, next scores)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read the model from the artefact."""
        return cls(np.asarray(stored["coefficients"]))

    def chances(self, situations: Situations, rules: Rules) -> Floats:
        """Return (rows, next scores): how likely each score is the next one of the half."""
        x = features(situations.yards_to_goal, situations.distance, situations.down, half_seconds(situations), rules.season)
        raised = np.exp(np.clip(x @ self.coefficients, -50, 50))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True))

    def of(self, situations: Situations, rules: Rules) -> Floats:
        """Return the expected points of the team with the ball; in overtime, those of the period."""
        return np.asarray(self.chances(situations, rules) @ POINTS)


def half_seconds(situations: Situations) -> Floats:
    """Return the seconds left in the half; in overtime in the period."""
    first = (situations.quarter == 1) | (situations.quarter == 3)
    return np.asarray(situations.seconds + np.where(first, QUARTER_S, 0), dtype=np.float64)


def features(yards_to_goal: Ints, distance: Ints, down: Ints, seconds: Floats, season: float | Floats) -> Floats:
    """Return the design matrix, a row a moment, the constant first; `seconds` to the end of the half."""
    spot, to_go = yards_to_goal / 20.0, np.log(np.maximum(distance, 1))
    downs = [(down == number).astype(np.float64) for number in (2, 3, 4)]
    hurry = [np.exp(-seconds / scale) for scale in (30.0, 120.0, 400.0)]
    columns = [np.ones_like(spot), spot, *[np.maximum(yards_to_goal - knot, 0) / 20.0 for knot in SPOT_KNOTS], to_go]
    columns += downs + [each * to_go for each in downs] + [(distance >= yards_to_goal).astype(np.float64)]
    columns += [downs[2] * spot, downs[2] * np.maximum(KICKING_RANGE - yards_to_goal, 0) / 20.0, downs[1] * spot]
    columns += hurry + [each * spot for each in hurry] + [downs[2] * hurry[1], np.broadcast_to(learning(season), spot.shape)]
    return np.stack(columns, axis=-1)
