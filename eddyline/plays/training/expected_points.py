"""Fitting expected points: what the next score of the half was, after each scrimmage play."""

from typing import Any

import numpy as np

from eddyline.football.expected_points import NEXT_SCORES, features
from eddyline.football.rules import QUARTER_S
from eddyline.football.situations import Flags, Floats, Ints
from eddyline.plays.tables import Plays
from eddyline.plays.training.regression import softmax

COLUMNS = [
    *("game_id", "seq", "season", "qtr", "quarter_seconds_remaining", "posteam", "home_team"),
    *("down", "ydstogo", "yardline_100", "play_type", "touchdown", "td_team", "field_goal_result", "safety", "defteam"),
]
NO_PLAYS = ("timeout", "admin", "two_minute_warning", "end_period", "extra_point", "two_point", "kickoff")
KINDS = {0: 0, 6: 1, 3: 2, 2: 3, -6: 4, -3: 5, -2: 6}  # points of a play, and its place in NEXT_SCORES
EVERY = 3  # rows of a drive share their next score, so every third says as much at a third of the time


def in_time(plays: Plays) -> Plays:
    """Return all rows in the order of time, game by game."""
    return plays.take(np.lexsort((plays.ints("seq"), plays.texts("game_id"))))


def next_scores(ordered: Plays) -> Ints:
    """Return the place in NEXT_SCORES of the half's next score, from the view of the team with the ball; for plays in time order."""
    points, half = _points(ordered), _halves(ordered)
    place = np.where(points != 0, np.arange(len(points)), len(points))
    coming = np.minimum.accumulate(place[::-1])[::-1]
    there = np.minimum(coming, len(points) - 1)
    scored = np.where((coming < len(points)) & (half[there] == half), points[there], 0)
    own = np.where(ordered.home_has_ball(), scored, -scored)
    places = np.array([KINDS.get(points, 0) for points in range(-6, 7)], dtype=np.int32)
    return np.asarray(places[own + 6], dtype=np.int32)


def snaps(ordered: Plays) -> Flags:
    """Return the scrimmage plays of regulation time."""
    kind = ordered.texts("play_type")
    return np.asarray(ordered.scrimmage() & ~np.isin(kind, NO_PLAYS) & (ordered.ints("qtr") <= 4) & (ordered.ints("ydstogo") > 0))


def design(played: Plays) -> Floats:
    """Return the design matrix of scrimmage plays."""
    quarter = played.ints("qtr")
    seconds = played.ints("quarter_seconds_remaining") + np.where((quarter == 1) | (quarter == 3), QUARTER_S, 0)
    return features(played.ints("yardline_100"), played.ints("ydstogo"), played.ints("down"), seconds.astype(np.float64), played.floats("season"))


def fit(plays: Plays) -> dict[str, Any]:
    """Return the model for the artefact."""
    ordered = in_time(plays)
    chosen = np.flatnonzero(snaps(ordered))[::EVERY]
    played, scores = ordered.take(chosen), next_scores(ordered)[chosen]
    coefficients = softmax(design(played), scores, len(NEXT_SCORES), np.ones(len(chosen)))
    return {"coefficients": np.round(coefficients, 6).tolist(), "rows": len(chosen), "next_scores": list(NEXT_SCORES)}


def _points(ordered: Plays) -> Ints:
    home, offence, defence = (ordered.texts(name) for name in ("home_team", "posteam", "defteam"))
    points = np.zeros(len(ordered), dtype=np.int32)
    for scored, team, worth in (
        (ordered.ints("touchdown") == 1, ordered.texts("td_team"), 6),
        (ordered.texts("field_goal_result") == "made", offence, 3),
        (ordered.ints("safety") == 1, defence, 2),
    ):
        chosen = scored & (team != "") & (points == 0)
        points[chosen] = np.where(team == home, worth, -worth)[chosen]
    return points


def _halves(ordered: Plays) -> Ints:
    _, game = np.unique(ordered.texts("game_id"), return_inverse=True)
    return np.asarray(game * 10 + (ordered.ints("qtr") + 1) // 2, dtype=np.int32)
