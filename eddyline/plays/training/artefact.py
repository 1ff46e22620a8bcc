"""What every trained artefact has in common: the seasons of the fit, how its numbers are written, and the file with its model card."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from eddyline.plays.tables import Plays

SEASONS = range(2009, 2019)
DIGITS = 9  # significant ones: machines differ in the last few of sixteen
Tell = Callable[[str], None]


def rounded(value: float, digits: int = DIGITS + 1) -> float:
    """Return a number with so many significant digits: one more than the file keeps, since other fits are made on top of it first."""
    return float(f"{value:.{digits}g}")


def origin(plays: Plays) -> dict[str, Any]:
    """Return what every card says of the plays that a model was fitted on."""
    seasons = plays.ints("season")
    return {"trained_on_seasons": [int(seasons.min()), int(seasons.max())], "not_for": "college: never scored on college results"}


def write(path: Path, model: Mapping[str, Any], card: Mapping[str, Any]) -> str:
    """Write a model with its card, and return the hash of the model."""
    text = json.dumps(_all_rounded(model), separators=(",", ":"), sort_keys=True)
    hashed = hashlib.sha256(text.encode()).hexdigest()
    told = json.dumps({"card": {**card, "sha256": hashed}}, indent=1, sort_keys=True)
    lines = text[1:-1].replace('},{"', '},\n{"').replace("],[", "],\n[")
    path.write_text(told[:-2] + ",\n" + lines + "}\n", encoding="utf-8")
    return hashed


def _all_rounded(value: Any) -> Any:
    match value:
        case Mapping():
            return {name: _all_rounded(part) for name, part in value.items()}
        case list() | tuple():
            return [_all_rounded(part) for part in value]
        case float():
            return rounded(value, DIGITS)
        case _:
            return value
