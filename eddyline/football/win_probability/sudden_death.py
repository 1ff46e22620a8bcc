"""The next score wins: the worth of a drive's start, by spot and clock."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from eddyline.football.rules import Rules
from eddyline.football.situations import Floats, Situations
from eddyline.football.win_probability.chances import Chances
from eddyline.football.win_probability.drives import Drives, Start

SPOTS = np.arange(5.0, 100.0, 10.0)  # yards to the goal line
STEP_S = 15.0
LONGEST_S = 1800.0
# What drives that bring nothing leave the other team: yards to its goal line by down, for each spot; and how long they still last.
# Measured on quarters 1-3 of 2009-2018, away from the end of a half.
NEXT_SPOT = np.array(
    [
        [87.8, 81.4, 76.4, 75.9, 78.2, 77.8, 75.4, 70.3, 67.0, 61.2],
        [88.4, 80.4, 75.2, 76.2, 79.5, 78.5, 75.5, 70.2, 64.8, 59.2],
        [88.3, 78.8, 72.8, 76.7, 81.6, 80.0, 75.8, 69.1, 62.2, 55.3],
        [92.0, 77.8, 67.4, 76.5, 85.7, 83.1, 77.1, 68.3, 59.1, 50.2],
    ]
)
LASTS_S = np.array([[80.0, 160.0], [60.0, 120.0], [35.0, 75.0], [12.0, 12.0]])  # by down: at the goal line, and 100 yards away
SPANS = (0.35, 0.9, 1.75)  # a third of such drives last about so many times the mean


@dataclass(frozen=True, slots=True)
class SuddenDeath:
    """Chances of the team that begins a drive, by spot (SPOTS) and by clock (every STEP_S from zero)."""

    win: Floats
    tie: Floats

    @classmethod
    def of(cls, drives: Drives, rules: Rules) -> Self:
        """Work back from the end of the period; where there is no tie the clock decides nothing."""
        win, tie = _worked_back(_Key(drives))
        if rules.overtime.may_tie:
            return cls(win, tie)
        return cls(np.repeat(win[:, -1:], win.shape[1], axis=1), np.zeros_like(tie))

    def begin(self, yards_to_goal: Floats, seconds: Floats) -> Chances:
        """Return the chances of teams that begin a drive; without time left it is a tie."""
        return Chances(_between(self.win, yards_to_goal, seconds), _between(self.tie, yards_to_goal, seconds))

    def after_nothing(self, situations: Situations, seconds: Floats) -> Chances:
        """Return the chances of teams whose drive will bring nothing: the other team begins."""
        start = Start.of(situations, seconds)
        spot, lasts = _left_behind(start)
        parts = [self.begin(spot, seconds - span * lasts).other() for span in SPANS]
        return Chances(np.mean([part.win for part in parts], axis=0), np.mean([part.tie for part in parts], axis=0))


class _Key:
    """Drives as a key of the cache: their coefficients are arrays."""

    def __init__(self, drives: Drives) -> None:
        self.drives = drives
        self._told = (drives.opponent.tobytes(), drives.points.tobytes())

    def __hash__(self) -> int:
        return hash(self._told)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._told == other._told


@lru_cache(maxsize=64)
def _worked_back(key: _Key) -> tuple[Floats, Floats]:
    clock = np.arange(0.0, LONGEST_S + 1.0, STEP_S)
    table = SuddenDeath(np.zeros((len(SPOTS), len(clock))), np.zeros((len(SPOTS), len(clock))))
    table.tie[:, 0] = 1.0
    for step in range(1, len(clock)):
        start = Start.first_downs(SPOTS, np.full(len(SPOTS), clock[step]))
        ends = key.drives.ends(start)
        spot, lasts = _left_behind(start)
        # The next drive begins at least a step later: what is looked up is there already.
        after = [table.begin(spot, np.minimum(clock[step] - span * lasts, clock[step - 1])).other() for span in SPANS]
        table.win[:, step] = ends.points + ends.nothing * np.mean([part.win for part in after], axis=0)
        table.tie[:, step] = ends.nothing * np.mean([part.tie for part in after], axis=0)
    return table.win, table.tie


def _left_behind(start: Start) -> tuple[Floats, Floats]:
    down = start.down.astype(np.intp) - 1
    low, share = _between_spots(start.yards_to_goal)
    spot = NEXT_SPOT[down, low] * (1.0 - share) + NEXT_SPOT[down, low + 1] * share
    far = start.yards_to_goal / 100.0
    usual = LASTS_S[down, 0] * (1.0 - far) + LASTS_S[down, 1] * far
    # Teams hurry: of level games' drives in the last minutes of regulation hardly one let the clock run out before its last 45 seconds.
    return spot, np.minimum(usual, 0.35 * start.seconds + 12.0)


def _between_spots(yards_to_goal: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return the spot below, and how far it is to the next one: 0 to 1."""
    place = np.clip((yards_to_goal - SPOTS[0]) / 10.0, 0.0, len(SPOTS) - 1.0)
    low = np.minimum(place.astype(np.intp), len(SPOTS) - 2)
    return low, place - low


def _between(table: Floats, yards_to_goal: Floats, seconds: Floats) -> Floats:
    x, a = _between_spots(yards_to_goal)
    when = np.clip(seconds / STEP_S, 0.0, table.shape[1] - 1.0)
    y = np.minimum(when.astype(np.intp), table.shape[1] - 2)
    b = when - y
    upper = table[x, y] * (1.0 - b) + table[x, y + 1] * b
    return np.asarray(upper * (1.0 - a) + (table[x + 1, y] * (1.0 - b) + table[x + 1, y + 1] * b) * a)
