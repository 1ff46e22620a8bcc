"""Win probability in regulation time: the offset, what the trees add, the clock that can be run out, ties apart."""

from dataclasses import dataclass

import numpy as np

from eddyline.football.situations import Floats, Situations
from eddyline.football.win_probability.arithmetic import COLUMNS
from eddyline.football.win_probability.chances import Chances
from eddyline.football.win_probability.kneeling import SAFE, can_run_out
from eddyline.football.win_probability.offset import Offset, odds_to_chance
from eddyline.football.win_probability.refits import Refits
from eddyline.football.win_probability.residual import Residual
from eddyline.football.win_probability.terms import Clock, Moment, clock, columns
from eddyline.football.win_probability.ties import Ties

UNSURE = 14.0  # log odds: before the end nothing is surer than a million to one


@dataclass(frozen=True, slots=True)
class Regulation:
    """One of the two models, with or without the spread."""

    offset: Offset
    residual: Residual | None
    ties: Ties
    answers_of: Refits | None = None  # the offset itself, then offsets of the same terms that were fitted on resampled games

    def chances(self, situations: Situations, tie_in_overtime: float) -> Chances:
        """Return the chances before a snap; `tie_in_overtime` is how often a game that goes to overtime ends level."""
        moment = columns(situations)
        now = clock(COLUMNS, moment)
        return self._decided(self.log_odds(moment, now), moment, now, tie_in_overtime)

    def log_odds(self, moment: Moment, now: Clock) -> Floats:
        """Return the log odds of a win where somebody wins."""
        plain = self.offset.log_odds(moment, now)
        return plain if self.residual is None else plain + self.residual.log_odds(moment, now)

    def answers(self, situations: Situations, tie_in_overtime: float) -> Chances:
        """Return the chances by the offset itself, then by each refit, as (1 + refits, rows), with the same trees and ties."""
        if self.answers_of is None:
            raise ValueError("this model was read without its refits; read it with them")
        moment = columns(situations)
        now = clock(COLUMNS, moment)
        added = 0.0 if self.residual is None else self.residual.log_odds(moment, now)
        return self._decided(self.answers_of.log_odds(moment, now) + added, moment, now, tie_in_overtime)

    def _decided(self, log_odds: Floats, moment: Moment, now: Clock, tie_in_overtime: float) -> Chances:
        safe = can_run_out(COLUMNS, moment)
        win = np.maximum(odds_to_chance(np.clip(log_odds, -UNSURE, UNSURE)), SAFE * safe)
        if not tie_in_overtime:
            return Chances(win, np.zeros_like(win))
        tie = self.ties.overtime(moment, now, log_odds) * (tie_in_overtime * ~safe)
        return Chances(win * (1.0 - tie), tie)
