"""The one decoder: what the door accepts, the landing job accepts, and nothing else."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Union

import msgspec

from eddyline.contracts.events import GAME_EVENT_TYPES, GameEvent
from eddyline.contracts.reasons import Reason

MAX_EVENT_BYTES = 256 * 1024
OLDEST = timedelta(days=400)
NEWEST = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Accepted:
    """An event whose envelope is whole: id, occurred_at and received_at are set."""

    event: GameEvent


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a value is no event; `detail` never holds the value itself."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Door:
    """What the door knows of a request and a client cannot claim."""

    tenant: str
    headers: dict[str, str]
    remote_address: str | None


Decoded = Accepted | Rejected
_decoder = msgspec.json.Decoder(Union[GAME_EVENT_TYPES])  # noqa: UP007 - the members are known at run time only
encode = msgspec.json.Encoder().encode


def decode(value: bytes | None, default_id: str, received_at: datetime, door: Door | None = None) -> Decoded:
    """Turn a record's bytes into an event or the reason why it is none; never raises.

    `default_id` and `received_at` fill what the value lacks. With `door`, its facts replace the value's.
    """
    if not value:
        return Rejected(Reason.EMPTY, "the value is empty")
    if len(value) > MAX_EVENT_BYTES:
        return Rejected(Reason.TOO_LARGE, f"the value has {len(value)} bytes, at most {MAX_EVENT_BYTES} are allowed")
    try:
        event = _decoder.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return _rejected(error)
    if _duplicate_keys(value, event):
        return Rejected(Reason.DUPLICATE_KEY, "a key stands twice in one object")
    return _complete(event, default_id, received_at, door)


def _complete(event: GameEvent, default_id: str, received_at: datetime, door: Door | None) -> Decoded:
    if door is not None:
        event.tenant, event.headers, event.remote_address, event.received_at = door.tenant, door.headers, door.remote_address, received_at
    if event.received_at is None:
        event.received_at = received_at
    if event.occurred_at is None:
        event.occurred_at = event.received_at
    if event.event_id is None:
        event.event_id = default_id
    if not event.received_at - OLDEST <= event.occurred_at <= event.received_at + NEWEST:
        return Rejected(Reason.CLOCK, "occurred_at lies outside received_at - 400 days to received_at + 5 minutes")
    return Accepted(event)


# TODO(contracts): reasons, duplicates, datetimes at the edge of the calendar
def _rejected(error: Exception) -> Rejected:
    return Rejected(Reason.MALFORMED_JSON, "not JSON")


def _duplicate_keys(value: bytes, event: GameEvent) -> bool:
    return False
