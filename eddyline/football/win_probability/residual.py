"""What trees add to the offset: the port that serves them, and what they are told."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from eddyline.football.situations import Floats
from eddyline.football.win_probability.arithmetic import Value
from eddyline.football.win_probability.terms import Clock, Moment

# Features in their order, and whether the chance may only grow (1) or fall (-1) with each.
FEATURES = {
    "margin": 1,
    "margin_z": 1,
    "game_seconds": 0,
    "half_seconds": 0,
    "yards_to_goal": -1,
    "down": -1,
    "distance": -1,
    "timeouts": 1,
    "opponent_timeouts": -1,
    "receives_second_half": 0,
    "home": 0,
}


class Trees(Protocol):
    """Serves an ensemble of regression trees."""

    def sums(self, features: NDArray[np.float32]) -> Floats:
        """Return the sum of the leaves that each row (of `FEATURES`) falls into."""


@dataclass(frozen=True, slots=True)
class Residual:
    """Trees as an addition to the offset's log odds."""

    trees: Trees

    def log_odds(self, moment: Moment, now: Clock) -> Floats:
        """Return what the trees add."""
        return self.trees.sums(features(moment, now))


def features(moment: Moment, now: Clock) -> NDArray[np.float32]:
    """Return (rows, FEATURES) as trees are told them, before fitting as in service: in single precision, so that no threshold moves."""
    return np.column_stack(told(moment, now)).astype(np.float32)


def told(m: Moment, now: Clock) -> tuple[Value, ...]:
    """Return what trees are told of one moment or of columns of them, in the order of FEATURES."""
    receives = m.receives_second_half * (m.quarter < 2.5)
    spot = (m.yards_to_goal, m.down, m.distance)
    return (m.margin, m.margin * now.scale, now.game, now.half, *spot, m.timeouts, m.opponent_timeouts, receives, m.home)
