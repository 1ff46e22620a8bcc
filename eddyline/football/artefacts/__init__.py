"""What training left behind: coefficients as text, trees, model cards; and how the models are read from them."""

import hashlib
import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np

from eddyline.football.win_probability.drives import TERMS, Drives
from eddyline.football.win_probability.model import Tries, WinProbability
from eddyline.football.win_probability.offset import Offset
from eddyline.football.win_probability.onnx_trees import OnnxTrees
from eddyline.football.win_probability.overtime import Overtime
from eddyline.football.win_probability.refits import Refits
from eddyline.football.win_probability.regulation import Regulation
from eddyline.football.win_probability.residual import Residual, Trees
from eddyline.football.win_probability.ties import Ties


@cache
def load() -> WinProbability:
    """Return the win probability that ships with this version."""
    return read_folder(files(__name__))


def read_folder(folder: Traversable) -> WinProbability:
    """Return the win probability that training wrote into a folder."""
    model, refits = (json.loads((folder / name).read_text(encoding="utf-8")) for name in ("win_probability.json", "win_probability_refits.json"))
    return read(model, OnnxTrees((folder / "win_probability.onnx").read_bytes()), refits)


def read(model: dict[str, Any], trees: Trees, refits: dict[str, Any]) -> WinProbability:
    """Return the model that an artefact describes."""
    ties = Ties.of(model["ties"])
    with_spread, without_spread = model["with_spread"]["coefficients"], model["without_spread"]["coefficients"]
    return WinProbability(
        with_spread=Regulation(Offset.of(with_spread), None, ties, _refitted(with_spread, refits["with_spread"])),
        without_spread=Regulation(Offset.of(without_spread), Residual(trees), ties, _refitted(without_spread, refits["without_spread"])),
        overtime=_overtime(model["overtime"]),
        tries=Tries(**model["tries"]),
    )


def hashes() -> dict[str, str]:
    """Return the hash of each model that ships: of the text without its card, of the trees' bytes."""
    here = files(__name__)
    texts = ("win_probability", "win_probability_refits", "fourth_down", "expected_points")
    told = {name: json.loads((here / f"{name}.json").read_text(encoding="utf-8"))["card"]["sha256"] for name in texts}
    return told | {"win_probability_trees": hashlib.sha256((here / "win_probability.onnx").read_bytes()).hexdigest()}


def _refitted(coefficients: dict[str, float], refits: list[list[float]]) -> Refits:
    own = [coefficients[name] for name in sorted(coefficients)]
    return Refits.of([Offset.of(dict(zip(sorted(coefficients), values, strict=True))) for values in [own, *refits]])


def _overtime(written: dict[str, Any]) -> Overtime:
    drives = Drives(*(np.array([written["drives"][part][name] for name in TERMS]) for part in ("opponent", "points", "touchdown")))
    return Overtime(drives, **written["habits"])
