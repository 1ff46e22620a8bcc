"""Moments before a snap, as columns: what every model is asked about."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Situations:
    """Scrimmage moments from the view of the team with the ball; every column has the same length.

    Only what is known before the snap: nothing of the play itself, nothing of how the game ends.
    """

    quarter: Ints  # 1-4, from 5 on overtime periods
    seconds: Ints  # left in the quarter
    margin: Ints  # own points minus the opponent's
    down: Ints  # 1-4
    distance: Ints  # yards to a first down
    yards_to_goal: Ints  # 1-99, to the opponent's goal line
    timeouts: Ints
    opponent_timeouts: Ints
    receives_second_half: Flags  # the team with the ball gets the second half's kickoff
    home: Ints  # 1 for the home team, 0 for the visitors
    spread: Floats  # points by which the team with the ball is favoured; NaN where nobody knows
    overtime_possessions: Ints | None = None  # possessions of either team that have ended in this overtime; None where nobody counted

    def __len__(self) -> int:
        """Return the number of moments."""
        return len(self.quarter)

    def take(self, chosen: NDArray[np.intp] | Flags) -> Self:
        """Return the chosen moments, by positions or by a mask."""
        return type(self)(**{field.name: column[chosen] for field in fields(self) if (column := getattr(self, field.name)) is not None})
