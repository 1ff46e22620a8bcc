"""Making the artefacts of fourth downs and of expected points again, each with its model card."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from eddyline.football.situations import Floats
from eddyline.football.win_probability.offset import odds_to_chance
from eddyline.plays.forecast_scores import log_loss
from eddyline.plays.tables import Plays, read_folder
from eddyline.plays.training import conversions, expected_points, field_goals, fourth_downs
from eddyline.plays.training.artefact import SEASONS, Tell, origin, write
from eddyline.plays.training.regression import logistic

COLUMNS = sorted({*fourth_downs.COLUMNS, *expected_points.COLUMNS})


def train(folder: Path, out: Path, tell: Tell) -> dict[str, str]:
    """Fit on a folder's plays, write `fourth_down.json` and `expected_points.json`, and return the hash of each."""
    plays = read_folder(folder, list(SEASONS), COLUMNS)
    tell("fitting field goals, conversions and punts")
    made = fourth_downs.fit(plays)
    card = _card(plays, made) | {"left_out_log_loss": _left_out(plays), "left_out_season": "each season is scored by fits on the nine others"}
    tell("fitting expected points")
    expected = expected_points.fit(plays)
    return {
        "fourth_down": write(out / "fourth_down.json", made, card),
        "expected_points": write(out / "expected_points.json", expected, _card(plays, expected)),
    }


def _card(plays: Plays, model: Mapping[str, Any]) -> dict[str, Any]:
    return origin(plays) | {
        "games": len(np.unique(plays.texts("game_id"))),
        "rows": model["rows"],
        "features": model.get("features", "eddyline.football.expected_points.features"),
    }


def _left_out(plays: Plays) -> dict[str, float]:
    kicks, tries = field_goals.kicks(plays), conversions.tries(plays)
    fourth = tries.ints("down") == 4
    converted = conversions.converted(tries).astype(np.float64)
    return {
        "field_goals": _score(field_goals.design(kicks), field_goals.made(kicks), kicks, np.ones(len(kicks), dtype=np.bool_)),
        "fourth_down_conversions": _score(conversions.design(tries), converted, tries, fourth),
    }


def _score(x: Floats, y: Floats, rows: Plays, scored: Any) -> float:
    season, forecast = rows.ints("season"), np.zeros(len(y))
    for year in np.unique(season):
        rest = season != year
        forecast[~rest] = odds_to_chance(x[~rest] @ logistic(x[rest], y[rest]))
    return round(log_loss(forecast[scored], y[scored]), 5)
