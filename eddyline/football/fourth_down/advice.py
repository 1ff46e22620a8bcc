"""The advice: which option is best, by how much, and how sure that is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eddyline.football.fourth_down import field_goals, punts
from eddyline.football.fourth_down.options import OPTIONS, Option, Worth
from eddyline.football.situations import Flags, Floats, Situations

TOSS_UP = 0.75  # less sure than this is no advice
# Refits of one model differ less than two good models do: over the fourth downs of 2014-2018 the worth of going for it, less that of the best
# kick, differs from a reference's (nflfastR's win probability) by 1.67 points, among our refits by 0.91. So deviations count that much more.
SPREAD = 1.83


@dataclass(frozen=True, slots=True)
class Advice:
    """Columns beside a column of fourth downs; win probabilities count a tie as half a win and are NaN where an option is not available."""

    options: Floats  # (rows, 3), in the order of OPTIONS
    best: NDArray[np.intp]  # positions in OPTIONS
    margin: Floats  # of the best option over the second best
    confidence: Floats  # share of the refits, spread as another good model would be, in which the same option is best
    worth: Worth  # what each option leads to
    convert: Floats
    make: Floats
    net: Floats  # expected net yards of a punt

    def __len__(self) -> int:
        """Return the number of fourth downs."""
        return len(self.best)

    def of(self, option: Option) -> Floats:
        """Return an option's win probability."""
        return self.options[:, OPTIONS.index(option)]

    def names(self) -> list[Option]:
        """Return the best options."""
        return [OPTIONS[position] for position in self.best]

    def toss_up(self) -> Flags:
        """Return where the refits do not agree enough for advice."""
        return np.asarray(self.confidence < TOSS_UP)


def available(at: Situations) -> Flags:
    """Return (rows, 3): whether an option is one at all, in the order of OPTIONS."""
    always = np.ones(len(at), dtype=np.bool_)
    return np.stack([always, field_goals.in_range(at.yards_to_goal), punts.available(at.yards_to_goal)], axis=-1)


def advise(at: Situations, worth: Worth, refits: Worth, *, convert: Floats, make: Floats, net: Floats) -> Advice:
    """Rank the options; `refits` has what each is worth in every refit, as (refits, rows)."""
    open_to = available(at)
    options = np.where(open_to, worth.of_options(), np.nan)
    best, margin = ranked(options)
    others = np.where(open_to, spread(refits.of_options(), worth.of_options()), -np.inf).argmax(axis=-1)
    return Advice(options, best, margin, np.asarray((others == best).mean(axis=0)), worth, convert, make, net)


def spread(refits: Floats, own: Floats) -> Floats:
    """Return the refits as far from the model's own answer as another good model would be."""
    return np.asarray(own + SPREAD * (refits - own))


def ranked(options: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return each row's best option and its margin over the second best; NaN is no option."""
    scores = np.where(np.isnan(options), -np.inf, options)
    order = np.sort(scores, axis=-1)
    return scores.argmax(axis=-1), np.asarray(order[:, -1] - order[:, -2])
