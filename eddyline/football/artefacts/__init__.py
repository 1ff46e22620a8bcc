"""What training left behind: coefficients as text, trees, model cards; and how the models are read from them."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from eddyline.football.win_probability.drives import TERMS, Drives
from eddyline.football.win_probability.model import Tries, WinProbability
from eddyline.football.win_probability.offset import Offset
from eddyline.football.win_probability.overtime import Overtime
from eddyline.football.win_probability.regulation import Regulation
from eddyline.football.win_probability.ties import Ties


@cache
def load() -> WinProbability:
    """Return the win probability that ships with this version."""
    return read(json.loads((files(__name__) / "win_probability.json").read_text(encoding="utf-8")))


def read(written: dict[str, Any]) -> WinProbability:
    """Return the model that an artefact describes."""
    ties = Ties(written["ties"])
    return WinProbability(
        with_spread=Regulation(Offset.of(written["with_spread"]["coefficients"]), None, ties),
        without_spread=Regulation(Offset.of(written["without_spread"]["coefficients"]), None, ties),
        overtime=_overtime(written["overtime"]),
        tries=Tries(**written["tries"]),
    )


def _overtime(written: dict[str, Any]) -> Overtime:
    drives = Drives(*(np.array([written["drives"][part][name] for name in TERMS]) for part in ("opponent", "points", "touchdown")))
    return Overtime(drives, **written["habits"])
