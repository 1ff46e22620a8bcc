"""A player's state as a fold over their events: what they own and have spent, how they are, and which event was the last."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

FULL_HEALTH = 100.0
FIRST_LEVEL = 1

Place = tuple[int, int]
"""Where an event's record stands in its topic: (partition, offset). Events apply in this order."""


class PlayerState(Struct, kw_only=True, frozen=True):
    """What is known of one player after the event at `place`.

    No event is refused here: selling more than one owns leaves none, health stays between 0 and 100, leaving any guild leaves the present one.
    """

    tenant: str
    user_id: str
    inventory: dict[str, int] = {}
    gold_spent: float = 0.0
    gold_earned: float = 0.0
    health: float = FULL_HEALTH
    guild: str | None = None
    level: int = FIRST_LEVEL
    events: int = 0
    last_seen_at: datetime
    kafka_partition: int = -1
    kafka_offset: int = -1

    @property
    def place(self) -> Place:
        """Where the last event that was applied stands."""
        return self.kafka_partition, self.kafka_offset


Event = Mapping[str, Any]
"""An event by the names of the columns of `game.events`; what its type lacks is None or missing."""


def fold(state: PlayerState, events: Iterable[Event]) -> PlayerState:
    """Apply events to a state in the order of their places; an event at or before the state's own place is there already and changes nothing."""
    for event in sorted(events, key=_place):
        if _place(event) > state.place:
            state = _apply(state, event)
    return state


def new_player(tenant: str, user_id: str, seen_at: datetime) -> PlayerState:
    """Give the state before a player's first event."""
    return PlayerState(tenant=tenant, user_id=user_id, last_seen_at=seen_at)


def _place(event: Event) -> Place:
    return event["kafka_partition"], event["kafka_offset"]


def _apply(state: PlayerState, event: Event) -> PlayerState:
    partition, offset = _place(event)
    seen = max(state.last_seen_at, event["occurred_at"])
    changes = _CHANGES.get(event["event_type"], _nothing)(state, event)
    return replace(state, events=state.events + 1, last_seen_at=seen, kafka_partition=partition, kafka_offset=offset, **changes)


def _purchase(state: PlayerState, event: Event) -> dict[str, Any]:
    pieces = _pieces(event)
    return {"inventory": _with(state.inventory, event["item_type"], pieces), "gold_spent": state.gold_spent + pieces * event["price"]}


def _sell(state: PlayerState, event: Event) -> dict[str, Any]:
    pieces = _pieces(event)
    return {"inventory": _with(state.inventory, event["item_type"], -pieces), "gold_earned": state.gold_earned + pieces * event["price"]}


def _use(state: PlayerState, event: Event) -> dict[str, Any]:
    return {"inventory": _with(state.inventory, event["item_type"], -_pieces(event))}


def _hurt(state: PlayerState, event: Event) -> dict[str, Any]:
    return {"health": max(0.0, state.health - event["amount"])}


def _heal(state: PlayerState, event: Event) -> dict[str, Any]:
    return {"health": min(FULL_HEALTH, state.health + event["amount"])}


def _win(state: PlayerState, event: Event) -> dict[str, Any]:
    return {"level": max(state.level, event["level"] + 1)} if event["outcome"] == "won" else {}


def _nothing(_state: PlayerState, _event: Event) -> dict[str, Any]:
    return {}


_CHANGES = {
    "purchase_item": _purchase,
    "sell_item": _sell,
    "use_item": _use,
    "join_guild": lambda _, event: {"guild": event["guild_name"]},
    "leave_guild": lambda _, event: {"guild": None},  # noqa: ARG005 - all changes have one shape
    "take_damage": _hurt,
    "heal": _heal,
    "finish_level": _win,
}


def _pieces(event: Event) -> int:
    return 1 if event["quantity"] is None else int(event["quantity"])


def _with(inventory: dict[str, int], item: str, pieces: int) -> dict[str, int]:
    left = max(0, inventory.get(item, 0) + pieces)
    others = {name: count for name, count in inventory.items() if name != item}
    return others | {item: left} if left else others
