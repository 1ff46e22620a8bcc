"""The records the door hands to Kafka: accepted events and dead letters, as CloudEvents in binary mode."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from eddyline.contracts.decode import MAX_EVENT_BYTES, encode
from eddyline.contracts.events import GameEvent, event_type
from eddyline.contracts.topics import DETAIL, EVENTS, LENGTH, REASON, SHA256, SPEC_VERSION
from eddyline.contracts.verdicts import Rejected

SOURCE = b"/eddyline/api"
DEAD_LETTER_TYPE = "dead_letter"
_CONSTANT = (("ce_specversion", SPEC_VERSION.encode()), ("ce_source", SOURCE))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record before Kafka has given it an offset."""

    topic: str
    key: bytes | None
    value: bytes
    headers: list[tuple[str, bytes]]


class Outcome(StrEnum):
    """What became of a record."""

    ACKNOWLEDGED = "acknowledged"
    UNCONFIRMED = "unconfirmed"  # handed to Kafka, which may have stored it all the same
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class Refused:
    """Bytes that became no event: the first 256 KiB of them, and how long and what the whole was."""

    value: bytes
    length: int
    sha256: str

    @classmethod
    def of(cls, value: bytes) -> "Refused":
        """Cut a whole value to what is kept of it."""
        return cls(value[:MAX_EVENT_BYTES], len(value), hashlib.sha256(value).hexdigest())


def event_record(event: GameEvent) -> Outgoing:
    """Write an accepted event for `events`, keyed by its user."""
    assert event.event_id is not None
    assert event.occurred_at is not None
    headers = _cloud_event(event.event_id, event_type(event), event.occurred_at)
    headers.append(("content-type", b"application/json"))
    return Outgoing(EVENTS.name, event.user_id.encode(), bytes(encode(event)), headers)


def dead_letter(refused: Refused, rejected: Rejected, event_id: str, received_at: datetime) -> Outgoing:
    """Write refused bytes for `events.dlq`, with the reason in the headers."""
    headers = [
        *_cloud_event(rejected.event_id or event_id, DEAD_LETTER_TYPE, received_at),
        (REASON, rejected.reason.encode()),
        (DETAIL, rejected.detail.encode(errors="replace")),
        (LENGTH, str(refused.length).encode()),
        (SHA256, refused.sha256.encode()),
    ]
    return Outgoing(EVENTS.dead_letters.name, None, refused.value, headers)


def _cloud_event(event_id: str, kind: str, at: datetime) -> list[tuple[str, bytes]]:
    return [*_CONSTANT, ("ce_id", event_id.encode(errors="replace")), ("ce_type", kind.encode()), ("ce_time", at.isoformat().encode())]
