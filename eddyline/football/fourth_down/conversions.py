"""Going for it: the chance of a first down, and where the ball lies afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from eddyline.football.fourth_down.conditions import Conditions, chance, expected_team_points, learning
from eddyline.football.situations import Flags, Floats, Ints, Situations

FEATURES = ("one", "log_distance", "fourth", "fourth_log_distance", "distance", "one_yard", "team_points", "goal_to_go", "near_goal", "season", "season_fourth")
TOUCHDOWN_FEATURES = ("one", "log_room", "room", "log_distance")
BEYOND_BINS = ((0, 1), (2, 4), (5, 9), (10, 18), (19, 35), (36, 99))  # yards gained beyond the line to gain
DISTANCE_CLASSES = (1, 3, 6, 10)  # up to so many yards to go; the last class is beyond


@dataclass(frozen=True, slots=True)
class Gains:
    """Where tries end, a row a situation: probabilities of each row sum to 1."""

    touchdown: Floats  # given a first down
    beyond: Floats  # (rows, bins) yards beyond the line to gain, given a first down without a touchdown
    beyond_weights: Floats
    short: Floats  # (rows, bins) yards from the old spot, towards the goal, where the opponent takes over after a failure
    short_weights: Floats
    returned: float  # given a failure: the opponent scores on the play


@dataclass(frozen=True, slots=True)
class Conversions:
    """A logistic for the first down, one for the touchdown behind it, and tables of yards gained."""

    coefficients: Floats  # in the order of FEATURES
    touchdown: Floats  # in the order of TOUCHDOWN_FEATURES
    beyond_means: Floats  # (classes of distance, bins) yards beyond the line to gain
    beyond_weights: Floats  # (classes of distance, bins)
    short: Floats  # (classes of distance, equally likely spots) yards from the old spot
    returned: float

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read the model from the artefact."""
        names = ("coefficients", "touchdown", "beyond_means", "beyond_weights", "short")
        return cls(**{name: np.asarray(stored[name]) for name in names}, returned=stored["returned"])

    def convert(self, situations: Situations, conditions: Conditions) -> Floats:
        """Return the chance that a try on this fourth down gains a first down or a touchdown."""
        return chance(design(situations, conditions), self.coefficients)

    def gains(self, situations: Situations) -> Gains:
        """Return where a try ends, after a first down and after a failure."""
        distance = np.minimum(situations.distance, situations.yards_to_goal)
        room = situations.yards_to_goal - distance
        kind = np.searchsorted(DISTANCE_CLASSES, distance)
        scores = 1 / (1 + np.exp(-(touchdown_features(room, distance) @ self.touchdown)))
        beyond, weights = _inside(self.beyond_means[kind], self.beyond_weights[kind], room)
        short = np.minimum(self.short[kind], (distance - 1)[:, None])
        return Gains(np.where(room == 0, 1.0, scores), beyond, weights, short, np.full(short.shape, 1 / short.shape[1]), self.returned)


def design(situations: Situations, conditions: Conditions) -> Floats:
    """Return the design matrix of tries on fourth down."""
    points, fourth = expected_team_points(situations, conditions.total), np.ones(len(situations), dtype=np.bool_)
    return features(situations.distance, situations.yards_to_goal, points, conditions.season, fourth)


def features(distance: Ints, yards_to_goal: Ints, team_points: Floats, season: float | Floats, fourth: Flags) -> Floats:
    """Return the design matrix, a row a try, in the order of FEATURES."""
    log_distance, is_fourth = np.log(distance), fourth.astype(np.float64)
    drift = np.broadcast_to(learning(season), distance.shape)
    columns = (
        np.ones_like(log_distance),
        log_distance,
        is_fourth,
        is_fourth * log_distance,
        distance / 10.0,
        (distance == 1).astype(np.float64),
        (team_points - 22) / 7,
        (distance >= yards_to_goal).astype(np.float64),
        np.maximum(20 - yards_to_goal, 0) / 20.0,
        drift,
        drift * is_fourth,
    )
    return np.stack(columns, axis=-1)


def touchdown_features(room: Ints, distance: Ints) -> Floats:
    """Return the design matrix for touchdowns, a row a first down; `room` is from the line to gain to the goal line, in yards."""
    return np.stack([np.ones(len(room)), np.log(np.maximum(room, 1)), room / 10.0, np.log(distance)], axis=-1)


def _inside(means: Floats, weights: Floats, room: Ints) -> tuple[Floats, Floats]:
    low, high = (np.array([edges[side] for edges in BEYOND_BINS]) for side in (0, 1))
    space = room[:, None].astype(np.float64)
    share = np.clip((space - low) / (high - low + 1), 0, 1)
    share[:, 0] = np.maximum(share[:, 0], 1e-9)
    kept = weights * share
    return np.clip(np.minimum(means, (low + space - 1) / 2), 0, None), kept / kept.sum(axis=1, keepdims=True)
