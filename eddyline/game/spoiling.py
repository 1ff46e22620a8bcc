"""Ways to spoil an event: bodies as broken clients send them, each with the reason that quarantine must name."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from eddyline.contracts.decode import MAX_EVENT_BYTES
from eddyline.contracts.reasons import Reason

Event = dict[str, Any]
Spoil = Callable[[Event], bytes]
encode = msgspec.json.Encoder().encode


def _with(**fields: Any) -> Spoil:
    return lambda event: encode(event | fields)


def _without(name: str) -> Spoil:
    return lambda event: encode({key: value for key, value in event.items() if key != name})


def _ending(text: bytes) -> Spoil:
    return lambda event: encode(event)[:-1] + text + b"}"


def _later(by: timedelta) -> Spoil:
    return lambda event: encode(event | {"occurred_at": (datetime.fromisoformat(event["occurred_at"]) + by).isoformat()})


WAYS: tuple[tuple[str, Reason, Spoil], ...] = (
    ("cut off", Reason.MALFORMED_JSON, lambda event: encode(event)[:-7]),
    ("no JSON", Reason.MALFORMED_JSON, lambda event: b"user " + event["user_id"].encode() + b" bought a sword"),
    ("not a number", Reason.MALFORMED_JSON, lambda event: encode(event | {"price": 0})[:-1].replace(b'"price":0', b'"price":NaN') + b"}"),
    ("no object", Reason.NOT_AN_EVENT, lambda event: encode(event["user_id"])),
    ("text for a number", Reason.WRONG_TYPE, _with(quantity="two")),
    ("unknown type", Reason.UNKNOWN_EVENT_TYPE, _with(event_type="ride_dragon")),
    ("no player", Reason.MISSING_FIELD, _without("user_id")),
    ("no item", Reason.MISSING_FIELD, _without("item_type")),
    ("a key twice", Reason.DUPLICATE_KEY, _ending(b',"user_id":"somebody else"')),
    ("a clock years ahead", Reason.CLOCK, _later(timedelta(days=3650))),
    ("a clock years behind", Reason.CLOCK, _later(timedelta(days=-3650))),
    ("negative quantity", Reason.OUT_OF_RANGE, _with(quantity=-3)),
    ("unknown field", Reason.UNKNOWN_FIELD, _with(colour="red")),
)
RARE_WAYS: tuple[tuple[str, Reason, Spoil], ...] = (("too large", Reason.TOO_LARGE, _with(source="x" * MAX_EVENT_BYTES)),)
EMPTY_WAY: tuple[str, Reason, Spoil] = ("empty", Reason.EMPTY, lambda _: b"")
