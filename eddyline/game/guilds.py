"""The guilds: players gather where others already are, some guilds keep them better than others."""

from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

APPEAL: dict[str, float] = {
    "Silver Otters": 3.0,
    "Night Herons": 2.2,
    "River Wardens": 1.6,
    "Iron Lilies": 1.2,
    "Stone Carp": 1.0,
    "Amber Kites": 0.8,
    "Moss Knights": 0.7,
    "Paper Tigers": 0.5,
}
UNREST: dict[str, float] = {"Night Herons": 3.0, "Paper Tigers": 4.0}


@dataclass(slots=True)
class Guilds:
    """How many members each guild has, for newcomers to be drawn by."""

    sizes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(APPEAL, 0))

    def welcome(self, rng: Random) -> str:
        """Draw the guild that a newcomer joins, and count the member."""
        chances = list(accumulate(appeal * (4 + self.sizes[name]) ** 0.7 for name, appeal in APPEAL.items()))
        name = rng.choices(tuple(APPEAL), cum_weights=chances)[0]
        self.sizes[name] += 1
        return name

    def part(self, name: str) -> None:
        """Count a member less."""
        self.sizes[name] -= 1
