"""What the door makes of a body, without I/O: split it into items, decide each, and write the records to send."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import islice

import msgspec

from api.identity import item_id
from api.records import Outgoing, Refused, dead_letter, event_record
from eddyline.contracts.decode import decode
from eddyline.contracts.events import event_type
from eddyline.contracts.reasons import Reason
from eddyline.contracts.verdicts import Accepted, Door, Rejected

_split_array = msgspec.json.Decoder(list[msgspec.Raw]).decode
# What JSON takes for white space, and nothing else: the decoder must see all the rest.
JSON_SPACE = b" \t\r\n"
LINES = ("application/x-ndjson", "application/jsonl", "application/json-lines")
NO_TYPE = "none"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request: its id, when it came and what the door knows of it."""

    id: str
    received_at: datetime
    door: Door


@dataclass(frozen=True, slots=True)
class Item:
    """One decided item: its place in the request, its event's id, the record to send, and why it was refused, if it was."""

    index: int
    event_id: str
    event_type: str
    record: Outgoing
    rejected: Rejected | None = None


def is_lines(content_type: str) -> bool:
    """Say whether a content type means one JSON document a line."""
    return content_type.lower().startswith(LINES)


def is_array(body: bytes) -> bool:
    """Say whether a body looks like a JSON array."""
    return body.lstrip(JSON_SPACE)[:1] == b"["


def split(body: bytes, limit: int, *, lines: bool) -> list[bytes] | Rejected:
    """Split a JSON array or lines of JSON into the bytes of its items, the first `limit` of them."""
    try:
        values = list(islice(_lines(body) if lines else map(bytes, _split_array(body)), limit))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Rejected(Reason.MALFORMED_JSON, "the array is not JSON")
    return values or Rejected(Reason.EMPTY, "the request holds no event")


def _lines(body: bytes) -> Iterator[bytes]:
    return (line for line in (line.strip(JSON_SPACE) for line in BytesIO(body)) if line)


def decide(value: bytes, arrival: Arrival, index: int = 0, *, in_batch: bool = False) -> Item:
    """Decide one value: an event for `events`, or a dead letter."""
    default_id = item_id(arrival.id, index) if in_batch else arrival.id
    match decode(value, default_id, arrival.received_at, arrival.door):
        case Accepted(event):
            return Item(index, event.event_id or default_id, event_type(event), event_record(event))
        case Rejected() as rejected:
            return refuse(Refused.of(value), rejected, arrival, index, default_id)


def decide_all(values: Sequence[bytes], arrival: Arrival) -> list[Item]:
    """Decide each item of a batch."""
    return [decide(value, arrival, index, in_batch=True) for index, value in enumerate(values)]


def refuse(refused: Refused, rejected: Rejected, arrival: Arrival, index: int = 0, default_id: str = "") -> Item:
    """Make a dead letter of what is no event."""
    event_id = rejected.event_id or default_id or arrival.id
    return Item(index, event_id, NO_TYPE, dead_letter(refused, rejected, event_id, arrival.received_at, arrival.door.tenant), rejected)
