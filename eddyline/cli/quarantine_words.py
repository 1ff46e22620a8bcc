"""What the reasons of the quarantine mean, and bytes as people can read them."""

from datetime import datetime

from eddyline.contracts.reasons import Reason

SHOWN_BYTES = 4_000

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
    """Write a value for people: bytes as text where they are some, else in hexadecimal; at most the first 4,000 of them."""
    match value:
        case bytes():
            return _bytes(value[:SHOWN_BYTES]) + ("..." if len(value) > SHOWN_BYTES else "")
        case datetime():
            return value.isoformat()
    return str(value)


def _bytes(value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return value.hex(" ")
    return text if text.isprintable() else "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
