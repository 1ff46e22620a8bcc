"""Making the artefacts of fourth downs and of expected points again, each with its model card."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from eddyline.football.situations import Floats
from eddyline.plays.forecast_scores import log_loss
from eddyline.plays.tables import Plays, read_folder
from eddyline.plays.training import conversions, expected_points, field_goals, fourth_downs
from eddyline.plays.training.regression import logistic

SEASONS = range(2009, 2019)
COLUMNS = sorted({*fourth_downs.COLUMNS, *expected_points.COLUMNS})
DIGITS = 9  # significant ones: machines differ in the last few of sixteen
Tell = Callable[[str], None]


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


def write(path: Path, model: Mapping[str, Any], card: Mapping[str, Any]) -> str:
    """Write a model with its card, and return the hash of the model."""
    text = json.dumps(_rounded(model), separators=(",", ":"), sort_keys=True)
    hashed = hashlib.sha256(text.encode()).hexdigest()
    told = json.dumps({"card": {**card, "sha256": hashed}}, indent=1, sort_keys=True)
    lines = text[1:-1].replace('},{"', '},\n{"').replace("],[", "],\n[")
    path.write_text(told[:-2] + ",\n" + lines + "}\n", encoding="utf-8")
    return hashed


def _card(plays: Plays, model: Mapping[str, Any]) -> dict[str, Any]:
    seasons = plays.ints("season")
    return {
        "trained_on_seasons": [int(seasons.min()), int(seasons.max())],
        "games": len(np.unique(plays.texts("game_id"))),
        "rows": model["rows"],
        "features": model.get("features", "eddyline.football.expected_points.features"),
        "not_for": "college: never scored on college results",
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
        forecast[~rest] = 1 / (1 + np.exp(-(x[~rest] @ logistic(x[rest], y[rest]))))
    return round(log_loss(forecast[scored], y[scored]), 5)


def _rounded(value: Any) -> Any:
    match value:
        case Mapping():
            return {name: _rounded(part) for name, part in value.items()}
        case list() | tuple():
            return [_rounded(part) for part in value]
        case float():
            return float(f"{value:.{DIGITS}g}")
        case _:
            return value
