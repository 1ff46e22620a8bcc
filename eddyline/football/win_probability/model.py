"""Win probability for moments of any kind, under a rule book."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from eddyline.football.rules import Rules
from eddyline.football.situations import Floats, Situations
from eddyline.football.win_probability import between_downs as between
from eddyline.football.win_probability.between_downs import even_game
from eddyline.football.win_probability.chances import Chances, empty, mixture
from eddyline.football.win_probability.overtime import Overtime
from eddyline.football.win_probability.regulation import Regulation
from eddyline.football.win_probability.single import Single, in_regulation
from eddyline.football.win_probability.terms import Moment

CHUNK = 4096  # rows computed together: their columns stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Tries:
    """How often a try succeeds."""

    kick_from_2: float
    kick_from_15: float
    two_point: float

    def kick(self, rules: Rules) -> float:
        """Return how often the kick succeeds from where the rules put it."""
        return self.kick_from_2 if rules.extra_point_snap <= 3 else self.kick_from_15


@dataclass(frozen=True, slots=True)
class WinProbability:
    """The models with and without the spread, overtime, and what lies between downs."""

    with_spread: Regulation
    without_spread: Regulation
    overtime: Overtime
    tries: Tries
    _ties: dict[Rules, float] = field(default_factory=dict)

    def tie_in_overtime(self, rules: Rules) -> float:
        """Return how often overtime ends level under the rules."""
        if rules not in self._ties:
            self._ties[rules] = float(self.at_the_toss(even_game(), rules).tie[0]) if rules.overtime.may_tie else 0.0
        return self._ties[rules]

    def chances(self, situations: Situations, rules: Rules) -> Chances:
        """Return the chances before a snap; any mix of quarters. Where the spread is NaN, the model that needs none answers."""
        answer = empty(len(situations))
        for start in range(0, len(situations), CHUNK):
            rows = np.arange(start, min(start + CHUNK, len(situations)))
            answer.put(rows, self._chunk(situations.take(rows), rules))
        return answer

    def one(self, situation: Situations, rules: Rules) -> tuple[Single, Single]:
        """Return the chances of a single situation with and without the spread, fast; where nobody knows the spread, the second twice."""
        if situation.quarter[0] > 4:
            unknown = replace(situation, spread=np.full(1, np.nan))
            return Single.of(self.chances(situation, rules)), Single.of(self.chances(unknown, rules))
        moment = Moment(*[float(getattr(situation, name).item()) for name in Moment.__slots__])
        return in_regulation(moment, self.with_spread, self.without_spread, self.tie_in_overtime(rules))

    def chances_of_refits(self, situations: Situations, rules: Rules) -> Floats:
        """Return (refits, rows): a win and half a tie by each refit of the offset; overtime is the same in all."""
        return self.answers(situations, rules)[1:]

    def answers(self, situations: Situations, rules: Rules) -> Floats:
        """Return (1 + refits, rows): a win and half a tie by the model itself, then by each refit, in one go."""
        answer = np.empty((len(self.with_spread.answers_of or ()), len(situations)))
        for rows, model in self._parts(situations):
            answer[:, rows] = model.answers(situations.take(rows), self.tie_in_overtime(rules)).score
        rows = np.flatnonzero(situations.quarter > 4)
        if len(rows):
            answer[:, rows] = self.overtime.chances(situations.take(rows), rules).score
        return answer

    def kickoff(self, situations: Situations, rules: Rules, *, free_kick: bool = False) -> Chances:
        """Return the chances of teams that are about to receive a kickoff (a free kick after a safety); down and spot are not looked at."""
        return self.after_play(between.received(situations, rules, free_kick=free_kick), rules)

    def kicking_off(self, situations: Situations, rules: Rules) -> Chances:
        """Return the chances of teams that are about to kick off."""
        return self.kickoff(between.turned(situations), rules).other()

    def before_the_toss(self, situations: Situations, rules: Rules) -> Chances:
        """Return the chances before a game: each team as likely to receive the first kickoff, and so to kick the second half's."""
        neither = np.zeros_like(situations.receives_second_half)
        receive = replace(situations, receives_second_half=neither)
        kick = replace(between.turned(receive), receives_second_half=neither)
        return mixture([(0.5, self.kickoff(receive, rules)), (0.5, self.kickoff(kick, rules).other())])

    def after_try(self, situations: Situations, points: int, rules: Rules) -> Chances:
        """Return the chances of teams that scored a touchdown (the margin counts it) when the try brings so many points."""
        return self.kicking_off(between.scored(situations, points), rules)

    def after_touchdown(self, situations: Situations, rules: Rules) -> Chances:
        """Return the chances of teams that just scored six points (the margin counts them) and choose the better try."""
        none, one, two = (self.after_try(situations, points, rules) for points in (0, 1, 2))
        kick, go = self.tries.kick(rules), self.tries.two_point
        kicked, gone = mixture([(kick, one), (1 - kick, none)]), mixture([(go, two), (1 - go, none)])
        return kicked.where(kicked.score >= gone.score, gone)

    def after_play(self, situations: Situations, rules: Rules) -> Chances:
        """Return the chances of the moments that a play led to: where the clock is at zero, the period is over, and maybe the game."""
        over = (situations.seconds <= 0) & ((situations.quarter <= 4) | (rules.overtime.period_s > 0))  # college overtime has no clock
        answer = self.chances(between.next_quarter(situations, over & ((situations.quarter == 1) | (situations.quarter == 3))), rules)
        for rows, part in (
            (np.flatnonzero(over & (situations.quarter == 2)), self._second_half),
            (np.flatnonzero(over & (situations.quarter >= 4)), self._ended),
        ):
            if len(rows):
                answer.put(rows, part(situations.take(rows), rules))
        return answer

    def at_the_toss(self, situations: Situations, rules: Rules) -> Chances:
        """Return the chances at the toss before overtime."""
        own, other = between.overtime_kickoff(situations, rules), between.overtime_kickoff(between.turned(situations), rules)
        return mixture([(0.5, self.overtime.chances(own, rules)), (0.5, self.overtime.chances(other, rules).other())])

    def _second_half(self, situations: Situations, rules: Rules) -> Chances:
        receives = situations.receives_second_half
        own = self.chances(between.second_half(situations, rules), rules)
        return own.where(receives, self.chances(between.second_half(between.turned(situations), rules), rules).other())

    def _ended(self, situations: Situations, rules: Rules) -> Chances:
        decided = np.where(situations.margin > 0, 1.0, 0.0)
        level = situations.margin == 0
        again = level & ((situations.quarter == 4) | (not rules.overtime.may_tie))
        over = Chances(decided, np.where(level, 1.0, 0.0))
        return self.at_the_toss(situations, rules).where(again, over) if again.any() else over

    def _chunk(self, situations: Situations, rules: Rules) -> Chances:
        answer = empty(len(situations))
        for rows, model in self._parts(situations):
            answer.put(rows, model.chances(situations.take(rows), self.tie_in_overtime(rules)))
        rows = np.flatnonzero(situations.quarter > 4)
        if len(rows):
            answer.put(rows, self.overtime.chances(situations.take(rows), rules))
        return answer

    def _parts(self, situations: Situations) -> list[tuple[NDArray[np.intp], Regulation]]:
        regulation, known = situations.quarter <= 4, ~np.isnan(situations.spread)
        parts = [(np.flatnonzero(regulation & known), self.with_spread), (np.flatnonzero(regulation & ~known), self.without_spread)]
        return [(rows, model) for rows, model in parts if len(rows)]
