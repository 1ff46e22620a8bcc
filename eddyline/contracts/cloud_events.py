"""CloudEvents 1.0 in binary mode: the headers that say what a record is without reading it."""

from datetime import datetime

from eddyline.contracts.events import GameEvent, event_type

SPEC_VERSION = b"1.0"
JSON = ("content-type", b"application/json")

Headers = list[tuple[str, bytes]]


def cloud_event(source: bytes, event_id: str, kind: str, at: datetime) -> Headers:
    """Name a record's origin, id, type and time."""
    return [
        ("ce_specversion", SPEC_VERSION),
        ("ce_source", source),
        ("ce_id", event_id.encode(errors="replace")),
        ("ce_type", kind.encode()),
        ("ce_time", at.isoformat().encode()),
    ]


def event_headers(source: bytes, event: GameEvent) -> Headers:
    """Name an accepted event, whose envelope is whole."""
    assert event.event_id is not None
    assert event.occurred_at is not None
    return [*cloud_event(source, event.event_id, event_type(event), event.occurred_at), JSON]
