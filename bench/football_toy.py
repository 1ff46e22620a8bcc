"""The seed's win probability formula (exercise 26.2), in the three ways in which it can be read.

The exercise gives four coefficients and no more: score 0.15 a point, share of time left -0.05, possession 0.10, field position 0.02.
"""

import numpy as np

from bench.football_rows import Rows
from bench.football_scores import Floats


def readings(rows: Rows) -> dict[str, Floats]:
    """Return the offence's chances by each reading."""
    return {
        "toy, literal, possession view": _expit(0.15 * rows.margin - 0.05 * rows.time_left + 0.10 + 0.02 * rows.field_position),
        "toy, literal, home view": _from_home(rows, 0.10 * rows.home + 0.02 * rows.field_position),
        "toy, home view, field centred, possession +-1": _from_home(rows, rows.side * (0.10 + 0.02 * (rows.field_position - 50))),
    }


def _from_home(rows: Rows, place: Floats) -> Floats:
    home = _expit(0.15 * rows.side * rows.margin - 0.05 * rows.time_left + place)
    return np.where(rows.home > 0, home, 1 - home)


def _expit(z: Floats) -> Floats:
    return 1 / (1 + np.exp(-z))
