"""After a touchdown: kick for one point, or go for two."""

from dataclasses import dataclass, replace

import numpy as np

from eddyline.football.fourth_down.advice import TOSS_UP, spread
from eddyline.football.fourth_down.refits import after_play_answers
from eddyline.football.rules import Rules
from eddyline.football.situations import Flags, Floats, Situations
from eddyline.football.win_probability.between_downs import received, turned
from eddyline.football.win_probability.model import WinProbability

POINTS = (0, 1, 2)


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
    confidence: Floats  # share of the refits, spread as another good model would be, in which the same try is better

    @property
    def go(self) -> Flags:
        """Return where going for two is better."""
        return np.asarray(self.two_point > self.kick)

    @property
    def margin(self) -> Floats:
        """Return how far the better try is ahead."""
        return np.asarray(np.abs(self.two_point - self.kick))

    def toss_up(self) -> Flags:
        """Return where the refits do not agree enough for advice, or nothing is at stake."""
        return np.asarray((self.confidence < TOSS_UP) | np.isnan(self.break_even))


def advise_try(scored: Situations, rules: Rules, chances: WinProbability, two_point_refits: Floats) -> TryAdvice:
    """Return the advice for teams that just scored six points, which the margin counts; down and spot are not looked at.

    `two_point_refits` has how often two-point tries succeeded in the games of each refit.
    """
    states = _kickoffs(scored, rules)
    answers = 1 - after_play_answers(states, rules, chances).reshape(-1, len(POINTS), len(scored))
    values, refits = answers[0], answers[1:]
    kick, go = chances.tries.kick(rules), chances.tries.two_point
    kicked, gone = _mixed(values, kick, 1), _mixed(values, go, 2)
    others = spread(_mixed(refits, two_point_refits[:, None], 2) - _mixed(refits, kick, 1), gone - kicked) > 0
    none, one, two = values
    needed = np.divide(kicked - none, two - none, out=np.full(len(none), np.nan), where=two - none > 1e-9)
    return TryAdvice(kicked, gone, none, one, two, kick, go, needed, np.asarray((others == (gone > kicked)).mean(axis=0)))


def _kickoffs(scored: Situations, rules: Rules) -> Situations:
    rows, points = np.tile(np.arange(len(scored)), len(POINTS)), np.repeat(POINTS, len(scored))
    after = scored.take(rows)
    return received(turned(replace(after, margin=(after.margin + points).astype(np.int32))), rules)


def _mixed(values: Floats, chance: float | Floats, points: int) -> Floats:
    return np.asarray(chance * values[..., points, :] + (1 - chance) * values[..., 0, :])
