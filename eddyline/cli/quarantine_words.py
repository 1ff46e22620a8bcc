"""What the reasons of the quarantine mean, and records as people can read them."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from eddyline.contracts.reasons import Reason
from eddyline.lake.quarantine.advice import Advice
from eddyline.lake.quarantine.items import Group
from eddyline.lake.quarantine.records import Quarantined
from eddyline.lake.quarantine.replay import Replayed

SHOWN_BYTES = 4_000
MOST_MAPPINGS = 3
# Records that came by no door may hold what the door would have left out.
_SECRET = re.compile(
    r'("[^"]*(?:authorization|cookie|token|secret|passw|api-?_?key|credential|jwt)[^"]*"\s*:\s*)("(?:[^"\\]|\\.)*"?|\[[^\]]*\]?)', re.IGNORECASE
)

EXPLAINED = {
    Reason.EMPTY: "The record has no bytes: nothing can be made of it. Whoever sent it lost its content before it came here.",
    Reason.TOO_LARGE: "One event has at most 256 KiB. Only the beginning of this one was kept, so it cannot be replayed: its sender must send less.",
    Reason.MALFORMED_JSON: "The bytes are not JSON: cut off, another format, or a number that JSON does not know, like NaN. No mapping can read them.",
    Reason.DUPLICATE_KEY: "One key stands twice in an object, and parsers disagree about which value counts. Its sender must decide.",
    Reason.NOT_AN_EVENT: "It is JSON, but no object with an `event_type`. What it was meant for is not known here.",
    Reason.UNKNOWN_EVENT_TYPE: "The contract has no such `event_type`. Add it (docs/your-own-event.md), or say by a mapping which one was meant.",
    Reason.MISSING_FIELD: "A field that its event type needs is missing. If it has another name, `rename` it; if one value holds for all, give a `default`.",
    Reason.UNKNOWN_FIELD: "It has a field that its event type does not know. Add it to the contract, or `rename` or `drop` it.",
    Reason.WRONG_TYPE: "A field has another type than the contract says, for example a text where a number belongs. `cast` reads it as what it should be.",
    Reason.OUT_OF_RANGE: "A value is smaller, larger or longer than the contract allows. Change the contract if it is right, or `replace` it if it is not.",
    Reason.CLOCK: "Its time is over 400 days before or 5 minutes after its receipt: a clock was wrong. `drop` of `occurred_at` takes the time of receipt.",
    Reason.ID_CONFLICT: "Another event with the same id and another content came first. It is an event all the same: `new_event_id` gives it an id of its own.",
    Reason.UNSTATED: "Whoever refused it did not say why. `eddyline quarantine replay --dry-run` judges it again.",
}


def readable(value: object) -> str:
    """Write a value for people: bytes as text where they are some, else in hexadecimal; without secrets."""
    match value:
        case bytes():
            return _bytes(value)
        case datetime():
            return value.isoformat()
    return _printable(_SECRET.sub(r'\1"***"', str(value)))


def shortened(value: bytes) -> str:
    """Write the first 4,000 of the bytes for people."""
    return readable(value[:SHOWN_BYTES]) + ("..." if len(value) > SHOWN_BYTES else "")


def facts(record: Quarantined, state: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    """Say all of one record, by name."""
    yield "place", str(record.place)
    yield "state", f"{state['state']}, {state['attempts']} attempts" if state else "a replay that was refused again"
    yield "refused by", f"the {record.stage}, as {record.reason}: {record.detail or ''}"
    yield "event id", record.event_id or "none could be read"
    yield "tenant", record.tenant or "none could be read"
    yield "occurred at", readable(record.occurred_at) if record.occurred_at else "could not be read"
    yield "received at", readable(record.received_at)
    yield "landed at", readable(record.landed_at)
    yield "key", readable(record.key) if record.key is not None else "none"
    yield "headers", readable(record.headers) if record.headers else "none"
    yield "value", f"{record.value_length:,} bytes" + ("" if record.is_whole else f", the first {len(record.value):,} of them kept")
    yield "", shortened(record.value)


def advice_lines(advice: Advice, meaning: str) -> Iterator[str]:
    """Say what the records mean and what may be done."""
    yield meaning
    if not advice.looked_at:
        yield "No open record fails so."
        return
    if advice.events_now:
        yield f"By the contract of now {advice.events_now:,} of {advice.looked_at:,} looked at are events: `eddyline quarantine replay` sends them."
    for mapping, count in advice.mappings.most_common(MOST_MAPPINGS):
        yield f"With this mapping file {count:,} of {advice.looked_at:,} looked at become events; read it before you use it with"
        yield "`eddyline quarantine replay --mapping FILE --dry-run`:"
        yield f"\n{mapping}"
    if not advice.mappings and advice.events_now < advice.looked_at:
        yield "No mapping suggests itself: names and types do not say what was meant. docs/quarantine.md shows what a mapping file can say."


def told(replayed: Replayed, *, dry_run: bool) -> Iterator[str]:
    """Say what became of a replay."""
    would = "would be " if dry_run else ""
    yield f"{replayed.sent:,} records {would}sent to their topic again" + ("." if dry_run else "; the landing job lands each once.")
    if replayed.landed:
        yield f"{replayed.landed:,} were not sent, since the table has their events already."
    if replayed.failed:
        yield f"{replayed.failed.total():,} are still no event: {', '.join(f'{count:,} {reason}' for reason, count in replayed.failed.most_common())}."
        yield "`eddyline quarantine list` shows an example of each, `eddyline quarantine explain REASON` what may be done."


def row(group: Group) -> Iterator[str]:
    """Give the cells of a group of items."""
    yield from (group.state, group.reason, group.stage, f"{group.records:,}", str(group.attempts))
    failed = f"attempt {group.attempts} failed: " if group.attempts and group.state == "open" else ""
    yield from (f"{group.first_at:%Y-%m-%d %H:%M:%S}", f"{group.last_at:%Y-%m-%d %H:%M:%S}", f"{group.example}: {failed}{group.detail or ''}")


def _bytes(value: bytes) -> str:
    try:
        return _printable(_SECRET.sub(r'\1"***"', value.decode()))
    except UnicodeDecodeError:
        return value.hex(" ")


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
