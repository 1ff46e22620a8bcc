"""The seed's win probability formula (exercise 26.2), in the three ways in which it can be read.

The exercise gives four coefficients and no more: score 0.15 a point, share of time left -0.05, possession 0.10, field position 0.02.
"""

import numpy as np

from eddyline.football.rules import GAME_S
from eddyline.football.situations import Floats
from eddyline.plays.scored_plays import ScoredPlays


def readings(rows: ScoredPlays) -> dict[str, Floats]:
    """Return the offence's chances by each reading."""
    moments = rows.plays.situations()
    left = ((4 - moments.quarter) * 900 + moments.seconds) / GAME_S
    own_yards = 100.0 - moments.yards_to_goal
    side = np.where(rows.home, 1.0, -1.0)

    def from_home(place: Floats) -> Floats:
        home = _expit(0.15 * side * moments.margin - 0.05 * left + place)
        return np.where(rows.home, home, 1 - home)

    return {
        "toy, literal, possession view": _expit(0.15 * moments.margin - 0.05 * left + 0.10 + 0.02 * own_yards),
        "toy, literal, home view": from_home(0.10 * rows.home + 0.02 * own_yards),
        "toy, home view, field centred, possession +-1": from_home(side * (0.10 + 0.02 * (own_yards - 50))),
    }


def _expit(z: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-z)))
