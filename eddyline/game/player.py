"""One player: what they own and how they are, and the things they do; each leaves the state that it tells of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import Any

from eddyline.game.guilds import UNREST, Guilds
from eddyline.game.levels import LEVELS, Level, Outcome, outcome_of
from eddyline.game.providers import Provider
from eddyline.game.shop import CONSUMABLES, ITEMS, price_of, resale_price_of

FULL_HEALTH = 100.0
HURT_BELOW = 40.0
HEALED_BY: dict[str, float] = {"health_potion": 40.0, "elixir": 80.0}
DEMAND: dict[str, float] = {
    "sword": 6,
    "shield": 5,
    "helmet": 5,
    "gauntlet": 3,
    "knife": 9,
    "bow": 3,
    "boots": 4,
    "amulet": 1,
    "health_potion": 8,
    "mana_potion": 5,
    "elixir": 2,
    "scroll": 3,
}
FAVOURITE = 2.5

Step = tuple[float, dict[str, Any]]
"""Seconds since the step before, and the event's own fields."""


@dataclass(slots=True)
class Player:
    """A player's state; every method that acts takes how many events it may make, and makes at least one."""

    rng: Random
    guilds: Guilds
    provider: Provider
    skill: float
    inventory: dict[str, int] = field(default_factory=dict)
    health: float = FULL_HEALTH
    guild: str | None = None
    level: int = 1
    demand: list[float] = field(init=False)

    def __post_init__(self) -> None:
        favourite = self.provider.favourite
        self.demand = list(accumulate(DEMAND[item] * (FAVOURITE if item == favourite else 1) for item in ITEMS))

    def act(self, room: int) -> list[Step]:
        """Do the next thing."""
        if self.health <= 0:
            return [self._heal(FULL_HEALTH)]
        if self.health < HURT_BELOW:
            return self.recover(room)
        if self.rng.random() < self.provider.shopping:
            return self.buy(room)
        roll = self.rng.random()
        return next(do for chance, do in HABITS if roll < chance)(self, room)

    def recover(self, room: int) -> list[Step]:
        """Drink what heals, or buy it."""
        drink = next((item for item in HEALED_BY if self.inventory.get(item)), None)
        if drink is None:
            return self.buy(room, "health_potion")
        if room < 2:
            return self.buy(room)
        return [self._take("use_item", drink, 1), self._heal(HEALED_BY[drink])]

    def play(self, room: int) -> list[Step]:
        """Try a level: the next one, or any when all are won."""
        if room < 3:
            return self.buy(room)
        level = LEVELS[self.level - 1] if self.level <= len(LEVELS) else self.rng.choice(LEVELS)
        outcome = outcome_of(level, self.skill, self.provider.patience, self.rng)
        seconds = level.seconds * (0.6 + 0.8 * self.rng.random()) * {"won": 1.0, "lost": 0.7, "quit": 0.4}[outcome]
        hits = self._hits(level, outcome, room - 2)
        wait = seconds / (len(hits) + 1)
        if outcome == "won" and level.number == self.level:
            self.level += 1
        return [
            (5 + 20 * self.rng.random(), {"event_type": "start_level", "level": level.number}),
            *((wait, hit) for hit in hits),
            (wait, {"event_type": "finish_level", "level": level.number, "outcome": outcome}),
        ]

    def buy(self, room: int, item: str | None = None) -> list[Step]:  # noqa: ARG002 - every action is called alike
        """Buy a piece of equipment, or a few potions."""
        item = item or self.rng.choices(ITEMS, cum_weights=self.demand)[0]
        quantity = self.rng.randint(1, 4) if item in CONSUMABLES else 1
        self.inventory[item] = self.inventory.get(item, 0) + quantity
        return [(4 + 25 * self.rng.random(), {"event_type": "purchase_item", "item_type": item, "price": price_of(item), "quantity": quantity})]

    def use(self, room: int) -> list[Step]:
        """Use up a scroll or a mana potion."""
        item = next((item for item in ("scroll", "mana_potion") if self.inventory.get(item)), None)
        return [self._take("use_item", item, 1)] if item else self.buy(room)

    def sell(self, room: int) -> list[Step]:
        """Sell some of what the player owns most of."""
        if not self.inventory:
            return self.buy(room)
        item = max(self.inventory, key=self.inventory.__getitem__)
        return [self._take("sell_item", item, self.rng.randint(1, self.inventory[item]))]

    def gather(self, room: int) -> list[Step]:
        """Join a guild, or now and then leave it."""
        if self.guild is None:
            self.guild = self.guilds.welcome(self.rng)
            return [(8.0, {"event_type": "join_guild", "guild_name": self.guild})]
        if self.rng.random() > 0.12 * UNREST.get(self.guild, 1.0):
            return self.play(room)
        left, self.guild = self.guild, None
        self.guilds.part(left)
        return [(8.0, {"event_type": "leave_guild", "guild_name": left})]

    def _hits(self, level: Level, outcome: Outcome, most: int) -> list[dict[str, Any]]:
        blows = [float(self.rng.randint(3, level.hardest_hit)) for _ in range(self.rng.randint(0, min(level.most_hits, most)))]
        if outcome == "lost":
            blows = [*blows[: most - 1], FULL_HEALTH]
        hits = []
        for blow in blows:
            amount = min(blow, self.health if blow == FULL_HEALTH else self.health - 1)
            if amount > 0:
                self.health -= amount
                hits.append({"event_type": "take_damage", "amount": amount, "source": level.monster})
        return hits

    def _take(self, event_type: str, item: str, quantity: int) -> Step:
        self.inventory[item] -= quantity
        if not self.inventory[item]:
            del self.inventory[item]
        price = {"price": resale_price_of(item)} if event_type == "sell_item" else {}
        return 3 + 10 * self.rng.random(), {"event_type": event_type, "item_type": item, "quantity": quantity, **price}

    def _heal(self, most: float) -> Step:
        amount = min(most, FULL_HEALTH - self.health)
        self.health += amount
        return 2 + 6 * self.rng.random(), {"event_type": "heal", "amount": amount}


Habit = Callable[[Player, int], list[Step]]
HABITS: tuple[tuple[float, Habit], ...] = ((0.40, Player.play), (0.74, Player.buy), (0.85, Player.use), (0.90, Player.sell), (1.0, Player.gather))
