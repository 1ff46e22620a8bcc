"""Win probability for moments of any kind, under a rule book."""

from dataclasses import dataclass, replace

import numpy as np

from eddyline.football.rules import Rules
from eddyline.football.situations import Situations
from eddyline.football.win_probability import between_downs as between
from eddyline.football.win_probability.chances import Chances, empty, mixture
from eddyline.football.win_probability.offset import Offset, odds_to_chance
from eddyline.football.win_probability.overtime import Overtime
from eddyline.football.win_probability.terms import columns

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

    with_spread: Offset
    without_spread: Offset
    overtime: Overtime
    tries: Tries

    def chances(self, situations: Situations, rules: Rules) -> Chances:
        """Return the chances before a snap; any mix of quarters. Where the spread is NaN, the model that needs none answers."""
        answer = empty(len(situations))
        for start in range(0, len(situations), CHUNK):
            rows = np.arange(start, min(start + CHUNK, len(situations)))
            answer.put(rows, self._chunk(situations.take(rows), rules))
        return answer

    def kickoff(self, situations: Situations, rules: Rules, *, free_kick: bool = False) -> Chances:
        """Return the chances of teams that are about to receive a kickoff (a free kick after a safety); down and spot are not looked at."""
        return self.after_play(between.received(situations, rules, free_kick=free_kick), rules)

    def after_try(self, situations: Situations, points: int, rules: Rules) -> Chances:
        """Return the chances of teams that scored a touchdown (the margin counts it) when the try brings so many points."""
        return self.kickoff(between.turned(between.scored(situations, points)), rules).other()

    def after_touchdown(self, situations: Situations, rules: Rules) -> Chances:
        """Return the chances of teams that just scored six points (the margin counts them) and choose the better try."""
        none, one, two = (self.after_try(situations, points, rules) for points in (0, 1, 2))
        kick, go = self.tries.kick(rules), self.tries.two_point
        kicked, gone = mixture([(kick, one), (1 - kick, none)]), mixture([(go, two), (1 - go, none)])
        return kicked.where(kicked.score >= gone.score, gone)

    def after_play(self, situations: Situations, rules: Rules) -> Chances:
        """Return the chances of the moments that a play led to: where the clock is at zero, the period is over, and maybe the game."""
        over = situations.seconds <= 0
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
        even = replace(situations, quarter=np.full_like(situations.quarter, 5), seconds=np.full_like(situations.seconds, rules.overtime.period_s))
        return mixture([(0.5, self.kickoff(even, rules)), (0.5, self.kickoff(between.turned(even), rules).other())])

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
        overtime, known = situations.quarter > 4, ~np.isnan(situations.spread)
        answer = empty(len(situations))
        for rows, offset in ((np.flatnonzero(known & ~overtime), self.with_spread), (np.flatnonzero(~known & ~overtime), self.without_spread)):
            if len(rows):
                part = columns(situations.take(rows))
                answer.put(rows, Chances(odds_to_chance(offset.log_odds(part)), np.zeros(len(rows))))
        rows = np.flatnonzero(overtime)
        if len(rows):
            answer.put(rows, self.overtime.chances(situations.take(rows), rules))
        return answer
