"""What the drive sends: new events, the same again, the same id with another content, and bodies that are no event. Pure."""

import hashlib
import json
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from eddyline.game.spoiling import RARE_WAYS, WAYS

# How often a message is: an earlier one again, an earlier id with another content, no event.
RESEND_SHARE, CONFLICT_SHARE, BAD_SHARE = 0.08, 0.03, 0.08
RARE_SHARE = 0.01
ID_IN_HEADER_SHARE = 0.1
ITEM_SHARE = 0.6
REMEMBERED = 2_000
USERS = 50
ITEMS = ("sword", "shield", "potion", "bow")
GUILDS = ("otters", "herons", "pikes & co")
# Only events about items carry a quantity, and with it a content of their own.
ABOUT_ITEMS = ("purchase_item", "sell_item", "use_item")
PRICES = (5.0, 0.1, 12.75)
OLDEST = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Message:
    """One body; `content` tells the contents of one id apart, and stands in the event as its quantity; of an event without one it is 0."""

    event_id: str
    body: bytes
    user_id: str
    content: int = 0
    is_event: bool = True
    id_in_header: bool = False

    @property
    def sha256(self) -> str:
        """Name a body that is no event, as the quarantine names it; empty for an event."""
        return "" if self.is_event else hashlib.sha256(self.body).hexdigest()


@dataclass
class Composer:
    """Makes messages one after the other; ids begin with `run`, so that no other run's are taken for them."""

    run: str
    rng: Random
    _count: int = 0
    _earlier: deque[Message] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def next(self, now: datetime) -> Message:
        """Make the next message."""
        kind = self.rng.random()
        if kind < BAD_SHARE:
            return self._bad(now)
        if kind < BAD_SHARE + RESEND_SHARE and self._earlier:
            return self._earlier[self.rng.randrange(len(self._earlier))]
        if kind < BAD_SHARE + RESEND_SHARE + CONFLICT_SHARE and self._earlier:
            return self._conflict(self._earlier[self.rng.randrange(len(self._earlier))], now)
        message = self._event(self._number(), 0, now, id_in_header=self.rng.random() < ID_IN_HEADER_SHARE)
        self._earlier.append(message)
        return message

    def _number(self) -> str:
        self._count += 1
        return f"{self.run}-{self._count}"

    def _conflict(self, earlier: Message, now: datetime) -> Message:
        self._count += 1
        return self._event(earlier.event_id, self._count, now, id_in_header=earlier.id_in_header)

    def _event(self, event_id: str, content: int, now: datetime, *, id_in_header: bool) -> Message:
        user_id = f"user{self.rng.randrange(USERS)}"
        event = {"user_id": user_id} | (self._about_an_item(content + 1) if content or self.rng.random() < ITEM_SHARE else self._about_the_player())
        # Late events are ordinary: whoever drops what lies behind a watermark is found out by them.
        event["occurred_at"] = (now - OLDEST * self.rng.random() ** 4).isoformat()
        event |= {} if id_in_header else {"event_id": event_id}
        return Message(event_id, json.dumps(event).encode(), user_id, content, id_in_header=id_in_header)

    def _about_an_item(self, quantity: int) -> dict[str, Any]:
        event_type = self.rng.choice(ABOUT_ITEMS)
        price = {} if event_type == "use_item" else {"price": self.rng.choice(PRICES)}
        return {"event_type": event_type, "item_type": self.rng.choice(ITEMS), "quantity": quantity} | price

    def _about_the_player(self) -> dict[str, Any]:
        amount, level = float(self.rng.randrange(40)), 1 + self.rng.randrange(20)
        return self.rng.choice(
            (
                {"event_type": "join_guild", "guild_name": self.rng.choice(GUILDS)},
                {"event_type": "leave_guild"},
                {"event_type": "take_damage", "amount": amount, "source": "goblin"},
                {"event_type": "heal", "amount": amount / 4},
                {"event_type": "finish_level", "level": level, "outcome": self.rng.choice(("won", "lost")), "duration_s": 60.0},
                {"event_type": "log_in"},
            )
        )

    def _bad(self, now: datetime) -> Message:
        event_id = f"{self._number()}-bad"
        event = {"event_id": event_id, "event_type": "purchase_item", "user_id": event_id, "occurred_at": now.isoformat()}
        ways = RARE_WAYS if self.rng.random() < RARE_SHARE else WAYS
        _, _, spoil = self.rng.choice(ways)
        return Message(event_id, spoil(event | {"item_type": "sword", "price": 5.0, "quantity": 1}), event_id, is_event=False)
