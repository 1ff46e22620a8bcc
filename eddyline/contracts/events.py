"""The game's event types: one class each, the only place where an event's fields are written."""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

MAX_ID_CHARACTERS = 200
MAX_NAME_CHARACTERS = 100
MAX_HEADERS = 100

EventId = Annotated[str, Meta(min_length=1, max_length=MAX_ID_CHARACTERS, description="Identifies the event within its tenant; a resend carries the same id.")]
Tenant = Annotated[str, Meta(min_length=1, max_length=MAX_NAME_CHARACTERS, description="Whose event it is; set by the door from the credential.")]
UserId = Annotated[str, Meta(min_length=1, max_length=MAX_ID_CHARACTERS, description="The player.")]
Instant = Annotated[datetime, Meta(tz=True)]
OccurredAt = Annotated[datetime, Meta(tz=True, description="When it happened, RFC 3339; the door's time where the client gives none.")]
ReceivedAt = Annotated[datetime, Meta(tz=True, description="When the door received it; set by the door.")]
Headers = Annotated[dict[str, str], Meta(max_length=MAX_HEADERS, description="The request's headers without credentials; set by the door.")]
RemoteAddress = Annotated[str, Meta(max_length=MAX_NAME_CHARACTERS, description="The client's network address; set by the door.")]
ItemType = Annotated[str, Meta(min_length=1, max_length=MAX_NAME_CHARACTERS, description="The kind of item, for example sword.")]
GuildName = Annotated[str, Meta(min_length=1, max_length=MAX_NAME_CHARACTERS, description="The guild.")]
Source = Annotated[str, Meta(min_length=1, max_length=MAX_NAME_CHARACTERS, description="What or who did the damage.")]
Outcome = Annotated[Literal["won", "lost", "quit"], Meta(description="How the attempt ended.")]
Quantity = Annotated[int, Meta(ge=1, le=1_000_000, description="How many.")]
Price = Annotated[float, Meta(ge=0, le=1e9, description="Gold for one piece.")]
Amount = Annotated[float, Meta(ge=0, le=1e9, description="Health points.")]
Level = Annotated[int, Meta(ge=1, le=100_000, description="The level's number.")]
Seconds = Annotated[float, Meta(ge=0, le=31_536_000, description="Seconds from the level's start to its end.")]


class GameEvent(Struct, kw_only=True, forbid_unknown_fields=True, tag_field="event_type", gc=False):
    """What every game event carries: the envelope, the player and the request it came with."""

    event_id: EventId | None = None
    tenant: Tenant = "public"
    user_id: UserId
    occurred_at: OccurredAt | None = None
    received_at: ReceivedAt | None = None
    headers: Headers = {}
    remote_address: RemoteAddress | None = None


class PurchaseItem(GameEvent, tag="purchase_item"):
    """A player bought pieces of an item."""

    item_type: ItemType
    price: Price
    quantity: Quantity = 1


class SellItem(GameEvent, tag="sell_item"):
    """A player sold pieces of an item."""

    item_type: ItemType
    price: Price
    quantity: Quantity = 1


class UseItem(GameEvent, tag="use_item"):
    """A player used up pieces of an item."""

    item_type: ItemType
    quantity: Quantity = 1


class JoinGuild(GameEvent, tag="join_guild"):
    """A player joined a guild."""

    guild_name: GuildName


class LeaveGuild(GameEvent, tag="leave_guild"):
    """A player left a guild, or whichever they were in."""

    guild_name: GuildName | None = None


class TakeDamage(GameEvent, tag="take_damage"):
    """A player lost health."""

    amount: Amount
    source: Source


class Heal(GameEvent, tag="heal"):
    """A player won health back."""

    amount: Amount


class StartLevel(GameEvent, tag="start_level"):
    """A player began a level."""

    level: Level


class FinishLevel(GameEvent, tag="finish_level"):
    """A player's attempt at a level ended."""

    level: Level
    outcome: Outcome
    duration_s: Seconds


class LogIn(GameEvent, tag="log_in"):
    """A player came online."""


class LogOut(GameEvent, tag="log_out"):
    """A player went offline."""


GAME_EVENT_TYPES: tuple[type[GameEvent], ...] = (
    PurchaseItem,
    SellItem,
    UseItem,
    JoinGuild,
    LeaveGuild,
    TakeDamage,
    Heal,
    StartLevel,
    FinishLevel,
    LogIn,
    LogOut,
)


def event_type(event: GameEvent | type[GameEvent]) -> str:
    """Name an event's type as it stands in `event_type`."""
    tag: Any = event.__struct_config__.tag
    return str(tag)
