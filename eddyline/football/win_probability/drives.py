"""How a drive ends: a touchdown, a field goal, points for the other team, or nothing."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from eddyline.football.situations import Floats, Situations
from eddyline.football.win_probability.offset import odds_to_chance

DECAYS_S = (25.0, 80.0, 240.0)
TERMS = (
    *("constant", "spot", "spot_last_20", "spot_last_45", "spot_own_15", "second_down", "third_down", "fourth_down"),
    *("first_down_to_go", "second_down_to_go", "third_down_to_go", "fourth_down_to_go", "fourth_down_kick", "fourth_down_spot", "third_down_spot"),
    *(f"{name}_{int(decay)}s" for decay in DECAYS_S for name in ("clock", "clock_spot", "clock_kick")),
    "spread",
)


@dataclass(frozen=True, slots=True)
class Start:
    """Where drives stand: down, yards to go and to the goal line, seconds until nobody can score any more, points by which the offence is favoured."""

    down: Floats
    distance: Floats
    yards_to_goal: Floats
    seconds: Floats
    spread: Floats

    @classmethod
    def of(cls, situations: Situations, seconds: Floats) -> Self:
        """Return where situations stand; an unknown spread counts as even."""
        spread = np.nan_to_num(situations.spread)
        return cls(situations.down.astype(float), situations.distance.astype(float), situations.yards_to_goal.astype(float), seconds, spread)

    @classmethod
    def first_downs(cls, yards_to_goal: Floats, seconds: Floats) -> Self:
        """Return 1st and 10 at these spots, for teams of equal strength."""
        one = np.ones_like(yards_to_goal)
        return cls(one, np.minimum(10.0, yards_to_goal), yards_to_goal, seconds * one, 0.0 * one)


@dataclass(frozen=True, slots=True)
class Ends:
    """Chances of each end of a drive; they add up to one."""

    touchdown: Floats
    field_goal: Floats
    opponent: Floats  # a touchdown of the defence, or a safety
    nothing: Floats

    @property
    def points(self) -> Floats:
        """A touchdown or a field goal."""
        return self.touchdown + self.field_goal


@dataclass(frozen=True, slots=True)
class Drives:
    """Three logistic models in a row: points for the opponent; else points for the offence; and if so, whether a touchdown."""

    opponent: Floats
    points: Floats
    touchdown: Floats

    def ends(self, start: Start) -> Ends:
        """Return how drives that stand so will end."""
        told = matrix(start)
        opponent, points, touchdown = (odds_to_chance(told @ weights) for weights in (self.opponent, self.points, self.touchdown))
        left = 1.0 - opponent
        return Ends(left * points * touchdown, left * points * (1.0 - touchdown), opponent, left * (1.0 - points))


def matrix(start: Start) -> Floats:
    """Return (rows, terms) of what the models are told, in the order of TERMS."""
    spot, to_go = (50.0 - start.yards_to_goal) / 50.0, np.log(np.minimum(start.distance, 30.0) + 1.0) - 2.2
    downs = [(start.down == number).astype(float) for number in (1, 2, 3, 4)]
    near = start.yards_to_goal
    told = [np.ones_like(spot), spot, np.maximum(0.0, 20.0 - near) / 20.0, np.maximum(0.0, 45.0 - near) / 45.0, np.maximum(0.0, near - 85.0) / 15.0]
    told += [*downs[1:], *(down * to_go for down in downs), downs[3] * (near <= 38), downs[3] * spot, downs[2] * spot]
    for decay in DECAYS_S:
        fading = np.exp(-start.seconds / decay)
        told += [fading, fading * spot, fading * (near <= 36)]
    return np.column_stack([*told, start.spread / 10.0])
