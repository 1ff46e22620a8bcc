"""Punts: where the opponent gets the ball, and how often something else happens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from eddyline.football.fourth_down.conditions import Conditions, settling
from eddyline.football.situations import Flags, Floats, Ints

NEAREST = 35  # closer to the goal line than this nobody punts
SPOTS = 7  # equally likely landing spots of an ordinary punt


@dataclass(frozen=True, slots=True)
class Landings:
    """What becomes of punts, a row a situation; the five chances of a row sum to 1."""

    ordinary: Floats
    touchback: Floats
    blocked: Floats
    kept: Floats  # the kicking team has the ball again: a muff, a fumble, a penalty
    returned: Floats  # to a touchdown
    own_yard_line: Floats  # (rows, SPOTS) where the receiving team begins after an ordinary punt
    kept_at: Floats  # yards to the goal line when the kicking team has it again
    blocked_at: Floats  # the receiving team's yards to the goal line after a block

    def net(self, yards_to_goal: Ints, touchback_at: int) -> Floats:
        """Return the expected net yards of punts after which the opponent has the ball."""
        kicked = yards_to_goal - self.own_yard_line.mean(axis=1)
        back = yards_to_goal - float(touchback_at)
        block = yards_to_goal - (100 - self.blocked_at)
        weight = self.ordinary + self.touchback + self.blocked
        return np.asarray((self.ordinary * kicked + self.touchback * back + self.blocked * block) / weight)


@dataclass(frozen=True, slots=True)
class Punts:
    """A smoothed table by the line of scrimmage; ordinary punts reach farther as seasons go by."""

    first: int  # yards to the goal line of the table's first row
    touchback: Floats
    blocked: float
    kept: float
    returned: float
    own_yard_line: Floats  # (rows of the table, SPOTS)
    drift: float  # yards per unit of `settling`
    drift_centre: float
    kept_gain: float
    blocked_loss: float

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read the model from the artefact."""
        arrays = {name: np.asarray(stored[name]) for name in ("touchback", "own_yard_line")}
        return cls(**{**stored, **arrays})

    def landings(self, yards_to_goal: Ints, conditions: Conditions) -> Landings:
        """Return what becomes of a punt from each spot."""
        row = np.clip(yards_to_goal - self.first, 0, len(self.touchback) - 1)
        farther = self.drift * (float(settling(conditions.season)) - self.drift_centre)
        odd = [np.full(len(row), chance) for chance in (self.blocked, self.kept, self.returned)]
        touchback = self.touchback[row] * (1 - sum(odd))
        return Landings(
            ordinary=1 - touchback - sum(odd),
            touchback=touchback,
            blocked=odd[0],
            kept=odd[1],
            returned=odd[2],
            own_yard_line=np.clip(self.own_yard_line[row] - farther, 1, 99),
            kept_at=np.clip(yards_to_goal - self.kept_gain, 1, 99),
            blocked_at=np.clip(100 - yards_to_goal - self.blocked_loss, 1, 99),
        )


def available(yards_to_goal: Ints) -> Flags:
    """Return where a punt is an option."""
    return np.asarray(yards_to_goal >= NEAREST)
