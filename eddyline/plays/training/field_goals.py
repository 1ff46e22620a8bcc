"""Fitting the chance of a field goal."""

from typing import Any

import numpy as np

from eddyline.football.fourth_down.field_goals import SNAP_TO_POSTS, features
from eddyline.football.situations import Flags, Floats
from eddyline.plays.tables import Plays
from eddyline.plays.training.regression import logistic

COLUMNS = ["season", "play_type", "yardline_100", "field_goal_result", "roof", "touchdown", "td_team", "defteam"]
INDOOR = ("dome", "closed")


def kicks(plays: Plays) -> Plays:
    """Return the field goals whose result is known."""
    return plays.take((plays.texts("play_type") == "field_goal") & plays.known("field_goal_result") & plays.known("yardline_100"))


def design(tried: Plays) -> Floats:
    """Return the design matrix of kicks."""
    distance = tried.floats("yardline_100") + SNAP_TO_POSTS
    return features(distance, tried.floats("season"), indoor(tried))


def made(tried: Plays) -> Floats:
    """Return 1 for a good kick, else 0."""
    return np.asarray(tried.texts("field_goal_result") == "made", dtype=np.float64)


def indoor(plays: Plays) -> Flags:
    """Return where the game is played under a roof."""
    return np.asarray(np.isin(plays.texts("roof"), INDOOR))


def fit(plays: Plays, weights: Floats | None = None) -> dict[str, Any]:
    """Return the model for the artefact; `weights` has one for each of `kicks(plays)`."""
    tried = kicks(plays)
    w = np.ones(len(tried)) if weights is None else weights
    result, scored = tried.texts("field_goal_result"), (tried.ints("touchdown") == 1) & (tried.texts("td_team") == tried.texts("defteam"))
    missed = float((w * (result != "made")).sum())
    return {
        "coefficients": logistic(design(tried), made(tried), w).tolist(),
        "blocked": float((w * (result == "blocked")).sum()) / missed,
        "returned": float((w * (scored & (result != "made"))).sum()) / missed,
    }
