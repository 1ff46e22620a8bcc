"""The models that a game is told with."""

from dataclasses import dataclass
from functools import cache

from eddyline.football import artefacts
from eddyline.football.artefacts import expected_points, fourth_down
from eddyline.football.expected_points import ExpectedPoints
from eddyline.football.fourth_down.model import FourthDown
from eddyline.football.win_probability.model import WinProbability


@dataclass(frozen=True, slots=True)
class Models:
    """Win probability, fourth downs and expected points, which belong together."""

    win_probability: WinProbability
    fourth_down: FourthDown
    expected_points: ExpectedPoints


@cache
def shipped() -> Models:
    """Return the models that ship with this version."""
    return Models(artefacts.load(), fourth_down.load(), expected_points.load())
