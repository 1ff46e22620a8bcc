"""The fourth-down model as it ships."""

import json
from functools import cache
from importlib.resources import files

from eddyline.football.fourth_down.model import FourthDown


@cache
def load() -> FourthDown:
    """Return the fourth-down model that ships with this version."""
    return FourthDown.from_json(json.loads((files("eddyline.football.artefacts") / "fourth_down.json").read_text(encoding="utf-8")))
