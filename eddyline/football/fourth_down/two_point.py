"""After a touchdown: kick for one point, or go for two."""

from dataclasses import dataclass

import numpy as np

from eddyline.football.rules import Rules
from eddyline.football.situations import Flags, Floats, Situations
from eddyline.football.win_probability.model import WinProbability

NEED_BAND = 0.03  # how far the two-point chance may be off: teams' own chances differ by about as much


@dataclass(frozen=True, slots=True)
class TryAdvice:
    """Columns beside a column of tries; win probabilities count a tie as half a win."""

    kick: Floats
    two_point: Floats
    no_points: Floats  # win probability after a try that brings nothing, one point, two points
    one_point: Floats
    two_points: Floats
    kick_chance: float
    two_point_chance: float
    break_even: Floats  # going for two is better from this chance of success on; NaN where it changes nothing

    @property
    def go(self) -> Flags:
        """Return where going for two is better."""
        return np.asarray(self.two_point > self.kick)

    @property
    def margin(self) -> Floats:
        """Return how far the better try is ahead."""
        return np.asarray(np.abs(self.two_point - self.kick))

    def toss_up(self) -> Flags:
        """Return where a two-point chance a little higher or lower would turn the advice around."""
        return np.asarray(~(np.abs(self.two_point_chance - self.break_even) > NEED_BAND))


def advise_try(scored: Situations, rules: Rules, chances: WinProbability) -> TryAdvice:
    """Return the advice for teams that just scored six points, which the margin counts; down and spot are not looked at."""
    none, one, two = (chances.after_try(scored, points, rules).score for points in (0, 1, 2))
    kick, go = chances.tries.kick(rules), chances.tries.two_point
    kicked, gone = kick * one + (1 - kick) * none, go * two + (1 - go) * none
    gain = two - none
    needed = np.divide(kicked - none, gain, out=np.full(len(gain), np.nan), where=gain > 1e-9)
    return TryAdvice(kicked, gone, none, one, two, kick, go, needed)
