"""The records the door hands to Kafka: accepted events and dead letters, as CloudEvents in binary mode."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from eddyline.contracts.cloud_events import cloud_event, event_headers
from eddyline.contracts.decode import MAX_EVENT_BYTES, encode
from eddyline.contracts.events import GameEvent
from eddyline.contracts.topics import DETAIL, EVENTS, LENGTH, REASON, SHA256, TENANT
from eddyline.contracts.verdicts import Rejected

SOURCE = b"/eddyline/api"
DEAD_LETTER_TYPE = "dead_letter"


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
    DROPPED = "dropped"  # refused, and not kept because its key has sent too much of the kind; it is counted


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
    return Outgoing(EVENTS.name, event.user_id.encode(), bytes(encode(event)), event_headers(SOURCE, event))


def dead_letter(refused: Refused, rejected: Rejected, event_id: str, received_at: datetime, tenant: str) -> Outgoing:
    """Write refused bytes for `events.dlq`, with the reason and the credential's tenant in the headers."""
    headers = [
        *cloud_event(SOURCE, rejected.event_id or event_id, DEAD_LETTER_TYPE, received_at),
        (REASON, rejected.reason.encode()),
        (DETAIL, rejected.detail.encode(errors="replace")),
        (LENGTH, str(refused.length).encode()),
        (SHA256, refused.sha256.encode()),
        (TENANT, tenant.encode()),
    ]
    return Outgoing(EVENTS.dead_letters.name, None, refused.value, headers)
