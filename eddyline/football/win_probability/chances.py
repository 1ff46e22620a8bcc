"""What a model answers: a win, a tie, and what is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from eddyline.football.situations import Flags, Floats


@dataclass(frozen=True, slots=True)
class Chances:
    """The chances of a win and of a tie, from the view of the team with the ball; what is left is a loss."""

    win: Floats
    tie: Floats

    @property
    def loss(self) -> Floats:
        """The other team's chances of a win."""
        return np.maximum(0.0, 1.0 - self.win - self.tie)

    @property
    def score(self) -> Floats:
        """A win and half a tie: what to maximise where a single number has to rank options."""
        return self.win + 0.5 * self.tie

    def other(self) -> Self:
        """Return the same from the other team's view."""
        return type(self)(self.loss, self.tie)

    def where(self, chosen: Flags, other: Self) -> Self:
        """Return these where chosen, and the other ones elsewhere."""
        return type(self)(np.where(chosen, self.win, other.win), np.where(chosen, self.tie, other.tie))

    def put(self, rows: NDArray[np.intp], part: Self) -> None:
        """Write the chances of some rows into these columns."""
        self.win[rows], self.tie[rows] = part.win, part.tie


def empty(rows: int) -> Chances:
    """Return columns to be filled by `put`."""
    return Chances(np.zeros(rows), np.zeros(rows))


def mixture(parts: Sequence[tuple[float | Floats, Chances]]) -> Chances:
    """Return the weighted mean of chances; the weights of a row add up to one."""
    win, tie = sum(weight * part.win for weight, part in parts), sum(weight * part.tie for weight, part in parts)
    return Chances(np.asarray(win), np.asarray(tie))
