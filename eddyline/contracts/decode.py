"""The one decoder: what the door accepts, the landing job accepts, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Union

import msgspec

from eddyline.contracts.duplicates import repeats_key
from eddyline.contracts.events import GAME_EVENT_TYPES, MAX_ID_CHARACTERS, GameEvent
from eddyline.contracts.reasons import Reason
from eddyline.contracts.refusals import readable, refuse
from eddyline.contracts.verdicts import Accepted, Door, Rejected, encodable

__all__ = ["MAX_EVENT_BYTES", "Accepted", "Decoded", "Door", "Rejected", "decode", "encode"]

MAX_EVENT_BYTES = 256 * 1024
OLDEST = timedelta(days=400)
NEWEST = timedelta(minutes=5)
# A door's clock may differ from the broker's; a claim beyond this is forged or comes from a broken clock.
NEWEST_RECEIVED = timedelta(days=1)
# Below it the headers and the id that a door adds (at most 100 KiB as JSON) cannot make an event too large.
SURELY_SMALL = MAX_EVENT_BYTES // 2

Decoded = Accepted | Rejected
_decoder = msgspec.json.Decoder(Union[GAME_EVENT_TYPES])  # noqa: UP007 - the members are known at run time only
encode = msgspec.json.Encoder().encode


def decode(value: bytes | None, default_id: str, received_at: datetime, door: Door | None = None) -> Decoded:
    """Turn a record's bytes into an event or the reason why it is none; no bytes make it raise.

    `default_id` and `received_at` (aware) fill what the value lacks. With `door`, its facts replace the value's.
    """
    read = _read(value)
    decoded = read if isinstance(read, Rejected) else _complete(read, default_id, received_at, door)
    return decoded if door is None else _leave_door(decoded, value or b"", door)


def _read(value: bytes | None) -> GameEvent | Rejected:
    if not value:
        return Rejected(Reason.EMPTY, "the value is empty")
    if len(value) > MAX_EVENT_BYTES:
        return Rejected(Reason.TOO_LARGE, f"the value has {len(value)} bytes, at most {MAX_EVENT_BYTES} are allowed")
    try:
        event: GameEvent = _decoder.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return refuse(value, error)
    if repeats_key(value, event.headers):
        return Rejected(Reason.DUPLICATE_KEY, "a key stands twice in one object")
    return event


def _complete(event: GameEvent, default_id: str, received_at: datetime, door: Door | None) -> Decoded:
    if event.event_id is None:
        if not _is_id(default_id):
            return _rejected(event, Reason.OUT_OF_RANGE, f"an event's id has 1 to {MAX_ID_CHARACTERS} characters")
        event.event_id = default_id
    if door is not None:
        if door.problem is not None:
            return _rejected(event, Reason.OUT_OF_RANGE, door.problem)
        event.tenant, event.headers, event.remote_address, event.received_at = door.tenant, door.headers, door.remote_address, received_at
    return _timed(event, received_at)


def _timed(event: GameEvent, received_at: datetime) -> Decoded:
    arrived = event.received_at or received_at
    occurred = event.occurred_at or arrived
    if not -OLDEST <= arrived - received_at <= NEWEST_RECEIVED:
        return _rejected(event, Reason.CLOCK, "received_at lies outside the record's time - 400 days to + 1 day")
    if not -OLDEST <= occurred - arrived <= NEWEST:
        return _rejected(event, Reason.CLOCK, "occurred_at lies outside received_at - 400 days to received_at + 5 minutes")
    try:
        event.received_at, event.occurred_at = arrived.astimezone(UTC), occurred.astimezone(UTC)
    except OverflowError:
        return _rejected(event, Reason.CLOCK, "an instant lies outside the calendar")
    return Accepted(event)


def _leave_door(decoded: Decoded, value: bytes, door: Door) -> Decoded:
    if isinstance(decoded, Rejected):
        return replace(decoded, tenant=door.tenant)
    if len(value) > SURELY_SMALL and len(encode(decoded.event)) > MAX_EVENT_BYTES:
        return _rejected(decoded.event, Reason.TOO_LARGE, f"with the request's headers the event has more than {MAX_EVENT_BYTES} bytes")
    return decoded


def _is_id(text: str) -> bool:
    return 1 <= len(text) <= MAX_ID_CHARACTERS and encodable(text)


def _rejected(event: GameEvent, reason: Reason, detail: str) -> Rejected:
    return Rejected(reason, detail, event.event_id, event.tenant, readable(event.occurred_at))
