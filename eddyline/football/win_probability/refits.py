"""The offset's refits, asked together: the terms of a moment are computed once for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from eddyline.football.situations import Floats
from eddyline.football.win_probability.arithmetic import COLUMNS
from eddyline.football.win_probability.offset import Offset
from eddyline.football.win_probability.terms import STEPS, Clock, Moment, factors, spread_terms, terms


@dataclass(frozen=True, slots=True)
class Refits:
    """Coefficients of offsets on the same terms, a row each; `steps` is (refits, steps passed, factors)."""

    names: tuple[str, ...]
    smooth: Floats
    spread_names: tuple[str, ...]
    spread: Floats
    steps: Floats

    @classmethod
    def of(cls, offsets: Sequence[Offset]) -> Self:
        """Return offsets on the same terms as columns."""
        first = offsets[0]
        smooth, spread = (np.array([_weights(part) for part in parts]) for parts in ([each.smooth for each in offsets], [each.spread for each in offsets]))
        return cls(_names(first.smooth), smooth, _names(first.spread), spread, np.stack([each.steps for each in offsets]))

    def __len__(self) -> int:
        """Return the number of refits."""
        return len(self.smooth)

    def log_odds(self, moment: Moment, now: Clock) -> Floats:
        """Return (refits, rows) log odds of a win for the team with the ball, in regulation time."""
        told = terms(COLUMNS, moment, now)
        answer = self.smooth @ np.stack([told[name] for name in self.names])
        passed = np.searchsorted(STEPS, moment.margin, side="right")
        answer += np.einsum("rnf,fn->rn", self.steps[:, passed, :], np.stack(list(factors(moment, now).values())))
        if self.spread_names:
            ahead = spread_terms(moment, now)
            answer += self.spread @ np.stack([ahead[name] for name in self.spread_names])
        return np.asarray(answer)


def _names(part: tuple[tuple[str, float], ...]) -> tuple[str, ...]:
    return tuple(name for name, _ in part)


def _weights(part: tuple[tuple[str, float], ...]) -> list[float]:
    return [weight for _, weight in part]
