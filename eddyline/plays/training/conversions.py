"""Fitting the chance of a first down, and the yards gained when a team goes for it."""

from typing import Any

import numpy as np

from eddyline.football.fourth_down.conditions import USUAL_TOTAL
from eddyline.football.fourth_down.conversions import BEYOND_BINS, DISTANCE_CLASSES, features, touchdown_features
from eddyline.football.situations import Flags, Floats, Ints
from eddyline.plays.tables import Plays
from eddyline.plays.training.regression import logistic

COLUMNS = ["season", "play_type", "down", "ydstogo", "yardline_100", "yards_gained", "posteam", "home_team", "spread_line", "total_line"]
OPEN_FIELD = 45  # yards beyond the line to gain from which the goal line cuts few gains short
SHORT_SPOTS = 4


def tries(plays: Plays) -> Plays:
    """Return the runs and passes on third and fourth down: third downs, too, for there are ten times as many."""
    late = np.isin(plays.texts("play_type"), ("run", "pass")) & (plays.ints("down") >= 3)
    sound = plays.known("yards_gained") & (plays.ints("ydstogo") >= 1) & (plays.ints("ydstogo") <= 40) & (plays.ints("yardline_100") >= 1)
    return plays.take(late & sound)


def design(tried: Plays) -> Floats:
    """Return the design matrix of tries."""
    sign = np.where(tried.home_has_ball(), 1.0, -1.0)
    total = tried.floats("total_line")
    points = (np.where(np.isnan(total), USUAL_TOTAL, total) + np.nan_to_num(tried.floats("spread_line") * sign)) / 2
    return features(tried.ints("ydstogo", 1), tried.ints("yardline_100", 1), points, tried.floats("season"), tried.ints("down") == 4)


def converted(tried: Plays) -> Flags:
    """Return where the yards gained reached the line to gain; the same rule for every season."""
    return np.asarray(tried.ints("yards_gained") >= np.minimum(tried.ints("ydstogo"), tried.ints("yardline_100")))


def fit(plays: Plays, weights: Floats | None = None) -> dict[str, Any]:
    """Return the model for the artefact; `weights` has one for each of `tries(plays)`."""
    tried = tries(plays)
    w = np.ones(len(tried)) if weights is None else weights
    good = converted(tried)
    means, shares = _beyond(tried.take(good), w[good])
    return {
        "coefficients": logistic(design(tried), good.astype(np.float64), w).tolist(),
        "touchdown": _touchdown(tried.take(good), w[good]).tolist(),
        "beyond_means": np.round(means, 3).tolist(),
        "beyond_weights": np.round(shares, 5).tolist(),
    }


def _touchdown(good: Plays, weights: Floats) -> Floats:
    room = good.ints("yardline_100") - good.ints("ydstogo")
    chosen = room >= 1
    scored = good.ints("yards_gained") >= good.ints("yardline_100")
    x = touchdown_features(room[chosen], good.ints("ydstogo")[chosen])
    return logistic(x, scored[chosen].astype(np.float64), weights[chosen])


def _beyond(good: Plays, weights: Floats) -> tuple[Floats, Floats]:
    distance = good.ints("ydstogo")
    gained, room = good.ints("yards_gained") - distance, good.ints("yardline_100") - distance
    open_field, kind = room > OPEN_FIELD, np.searchsorted(DISTANCE_CLASSES, distance)
    means, shares = np.zeros((len(DISTANCE_CLASSES) + 1, len(BEYOND_BINS))), np.zeros((len(DISTANCE_CLASSES) + 1, len(BEYOND_BINS)))
    for row in range(len(DISTANCE_CLASSES) + 1):
        for bin_, (low, high) in enumerate(BEYOND_BINS):
            inside = open_field & (kind == row) & (gained >= low) & (gained <= high)
            means[row, bin_] = np.average(gained[inside], weights=weights[inside]) if weights[inside].sum() > 0 else (low + high) / 2
            shares[row, bin_] = weights[inside].sum()
    return means, shares / shares.sum(axis=1, keepdims=True)


def fit_failures(advance: Ints, distance: Ints, returned: Flags) -> dict[str, Any]:
    """Return what failures cost: `advance` is how far the ball moved towards the goal until the opponent had it, a row a failed fourth down."""
    kind = np.searchsorted(DISTANCE_CLASSES, distance)
    spots = [np.array_split(np.sort(advance[(kind == row) & ~returned]), SHORT_SPOTS) for row in range(len(DISTANCE_CLASSES) + 1)]
    return {"short": [[round(float(part.mean()), 2) for part in parts] for parts in spots], "returned": float(returned.mean())}
