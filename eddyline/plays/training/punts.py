"""Fitting the punt table."""

from typing import Any

import numpy as np

from eddyline.football.fourth_down.conditions import settling
from eddyline.football.fourth_down.punts import NEAREST, SPOTS
from eddyline.football.situations import Flags, Floats, Ints
from eddyline.plays.tables import Plays
from eddyline.plays.training.next_plays import following
from eddyline.plays.training.regression import linear

COLUMNS = ("season", "punt_blocked", "touchback")
LAST = 99
KNOTS = (40, 50, 60, 68, 80, 92)


def ordinary_ends(plays: Plays) -> tuple[Flags, Ints]:
    """Return which plays are punts after which the opponent has a first down, and the net yards; for plays as `moving` gives them."""
    after = following(plays)
    punt = (plays.texts("play_type") == "punt") & after.first_down & after.opponent
    return punt, plays.ints("yardline_100") - (100 - after.yards_to_goal)


def fit(plays: Plays, weights: Floats | None = None) -> dict[str, Any]:
    """Return the model for the artefact, of plays as `moving` gives them; `weights` has one for each play."""
    w = np.ones(len(plays)) if weights is None else weights
    ended, net = ordinary_ends(plays)
    blocked, spot = plays.ints("punt_blocked") == 1, plays.ints("yardline_100")
    touchback = ended & (plays.ints("touchback") == 1)
    plain = ended & ~blocked & ~touchback
    terms = _trend(spot[ended], plays.floats("season")[ended], net[ended], w[ended])
    centre = float(np.average(settling(plays.floats("season")[plain]), weights=w[plain]))
    rows = range(NEAREST, LAST + 1)
    return {
        "first": NEAREST,
        "touchback": [round(_share(row, spot, touchback, ended & ~blocked, w), 5) for row in rows],
        "own_yard_line": [np.round(_quantiles(row, spot[plain], (spot - net)[plain], w[plain]), 2).tolist() for row in rows],
        "drift": terms,
        "drift_centre": centre,
        **_odd_ends(plays, blocked, w),
    }


def _trend(spot: Ints, season: Floats, net: Ints, weights: Floats) -> float:
    columns = [np.ones(len(spot)), spot / 20.0, *[np.maximum(spot - knot, 0) / 10.0 for knot in KNOTS], settling(season)]
    return float(linear(np.stack(columns, axis=-1), net.astype(np.float64), weights)[-1])


def _near(row: int, spot: Ints) -> Floats:
    width = 4 if row < 85 else 8
    return np.asarray(np.clip(1 - np.abs(spot - row) / (width + 1.0), 0, None))


def _share(row: int, spot: Ints, happened: Flags, among: Flags, weights: Floats) -> float:
    near = _near(row, spot) * weights * among
    return float((near * happened).sum() / near.sum())


def _quantiles(row: int, spot: Ints, landed: Ints, weights: Floats) -> Floats:
    near = _near(row, spot) * weights
    kept = near > 0
    shifted = landed[kept] - _slope_shift(row, spot[kept])
    order = np.argsort(shifted, kind="stable")
    value, weight = shifted[order].astype(np.float64), near[kept][order]
    part = np.minimum((np.cumsum(weight) - weight / 2) / weight.sum() * SPOTS, SPOTS - 1e-9).astype(np.int64)
    return np.asarray(np.bincount(part, weight * value, SPOTS) / np.bincount(part, weight, SPOTS))


def _slope_shift(row: int, spot: Ints) -> Floats:
    # from deep in its own half a team punts as far from one yard line as from the next: the landing spot moves along
    return np.asarray((spot - row) * np.clip((row - 50) / 20.0, 0, 1))


def _odd_ends(plays: Plays, blocked: Flags, weights: Floats) -> dict[str, float]:
    after = following(plays)
    punt = (plays.texts("play_type") == "punt") & after.same_half
    scored = punt & (plays.texts("td_team") == plays.texts("defteam")) & (plays.ints("touchdown") == 1)
    kept = punt & after.first_down & ~after.opponent
    lost = punt & blocked & after.first_down & after.opponent
    spot, total = plays.ints("yardline_100"), float((weights * punt).sum())
    return {
        "blocked": float((weights * lost).sum()) / total,
        "kept": float((weights * kept).sum()) / total,
        "returned": float((weights * scored).sum()) / total,
        "kept_gain": float(np.average((spot - after.yards_to_goal)[kept], weights=weights[kept])),
        "blocked_loss": float(np.average((100 - spot - after.yards_to_goal)[lost], weights=weights[lost])),
    }
