"""The game's levels: how hard each is, how long it takes and what hurts there."""

from dataclasses import dataclass
from random import Random
from typing import Literal

Outcome = Literal["won", "lost", "quit"]


@dataclass(frozen=True, slots=True)
class Level:
    """One level: shares of attempts that are won or given up, its usual length, its blows and who deals them."""

    number: int
    won: float
    quit: float
    seconds: float
    most_hits: int
    hardest_hit: int
    monster: str


LEVELS: tuple[Level, ...] = (
    Level(1, 0.96, 0.01, 60, 1, 10, "rat"),
    Level(2, 0.93, 0.01, 75, 1, 12, "rat"),
    Level(3, 0.88, 0.02, 95, 2, 14, "goblin"),
    Level(4, 0.83, 0.03, 110, 2, 16, "goblin"),
    Level(5, 0.68, 0.05, 150, 3, 20, "troll"),
    Level(6, 0.80, 0.04, 130, 2, 18, "wolf"),
    Level(7, 0.74, 0.05, 145, 3, 20, "wolf"),
    Level(8, 0.66, 0.06, 170, 3, 24, "ghost"),
    Level(9, 0.34, 0.18, 260, 4, 34, "dragon"),
    Level(10, 0.62, 0.07, 190, 3, 26, "ghost"),
    Level(11, 0.55, 0.08, 210, 4, 28, "giant"),
    Level(12, 0.42, 0.10, 280, 4, 34, "dragon"),
)


def outcome_of(level: Level, skill: float, patience: float, rng: Random) -> Outcome:
    """Draw how an attempt ends; `skill` and `patience` of 1 are average, more wins more and gives up less."""
    quits = level.quit / patience
    wins = (1 - quits) * (1 - (1 - level.won / (1 - level.quit)) / skill)
    roll = rng.random()
    if roll < quits:
        return "quit"
    return "won" if roll < quits + wins else "lost"
