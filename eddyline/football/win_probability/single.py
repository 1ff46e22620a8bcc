"""The fast way for one moment: the same formulas on Python's floats, both models from the same terms."""

from dataclasses import dataclass
from math import exp, isnan
from typing import Self

import numpy as np

from eddyline.football.win_probability.arithmetic import SINGLE
from eddyline.football.win_probability.chances import Chances
from eddyline.football.win_probability.kneeling import SAFE, can_run_out
from eddyline.football.win_probability.regulation import UNSURE, Regulation
from eddyline.football.win_probability.residual import told as told_to_trees
from eddyline.football.win_probability.terms import Moment, clock, factors, spread_terms, terms


@dataclass(frozen=True, slots=True)
class Single:
    """One team's chances."""

    win: float
    tie: float

    @classmethod
    def of(cls, chances: Chances) -> Self:
        """Return the only row of chances."""
        return cls(float(chances.win[0]), float(chances.tie[0]))

    @property
    def loss(self) -> float:
        """The other team's chance of a win."""
        return max(0.0, 1.0 - self.win - self.tie)


def in_regulation(moment: Moment, with_spread: Regulation, without_spread: Regulation, tie_in_overtime: float) -> tuple[Single, Single]:
    """Return the chances with and without the spread; where nobody knows it, the second twice."""
    now = clock(SINGLE, moment)
    told, factored = terms(SINGLE, moment, now), list(factors(moment, now).values())
    safe = can_run_out(SINGLE, moment)
    least, may_tie = SAFE if safe else 0.0, tie_in_overtime > 0.0 and not safe
    apart = without_spread.ties.apart(moment, now) if may_tie else 0.0

    def decided(log_odds: float) -> Single:
        bound = max(-UNSURE, min(UNSURE, log_odds))
        win = max(1.0 / (1.0 + exp(-bound)), least)
        tie = without_spread.ties.of_open(apart, log_odds, SINGLE) * tie_in_overtime if may_tie else 0.0
        return Single(win * (1.0 - tie), tie)

    plain = without_spread.offset.single(told, factored, {}, moment.margin)
    if without_spread.residual is not None:
        plain += float(without_spread.residual.trees.sums(np.array([told_to_trees(moment, now)], dtype=np.float32))[0])
    if isnan(moment.spread):
        return (decided(plain),) * 2
    return decided(with_spread.offset.single(told, factored, spread_terms(moment, now), moment.margin)), decided(plain)
