"""The expected points as they ship."""

import json
from functools import cache
from importlib.resources import files

from eddyline.football.expected_points import ExpectedPoints


@cache
def load() -> ExpectedPoints:
    """Return the expected points that ship with this version."""
    return ExpectedPoints.from_json(json.loads((files("eddyline.football.artefacts") / "expected_points.json").read_text(encoding="utf-8")))
