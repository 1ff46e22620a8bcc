"""What a game event may be, written a second time and by other means than the decoder: plain `json` and a table of rules.

It shares nothing with eddyline.contracts, so that a value the decoder takes by mistake is noticed. Strict where JSON is loose.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

MAX_BYTES = 256 * 1024
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-]\d\d:?[0-5]\d)")
Rule = Callable[[Any], bool]


class Refused(Exception):
    """The value is no event."""


def text(longest: int, shortest: int = 1) -> Rule:
    return lambda value: isinstance(value, str) and shortest <= len(value) <= longest


def whole(least: int, most: int) -> Rule:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def number(most: float) -> Rule:
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most


def headers(value: Any) -> bool:
    return isinstance(value, dict) and len(value) <= 100 and all(isinstance(each, str) for each in value.values())


def instant(value: Any) -> bool:
    return isinstance(value, str) and read_instant(value) is not None


def absent_or(rule: Rule) -> Rule:
    return lambda value: value is None or rule(value)


ENVELOPE: dict[str, Rule] = {
    "event_type": text(100),
    "event_id": absent_or(text(200)),
    "tenant": text(100),
    "user_id": text(200),
    "occurred_at": absent_or(instant),
    "received_at": absent_or(instant),
    "headers": headers,
    "remote_address": absent_or(text(100, 0)),
}
ITEM, QUANTITY, PRICE = text(100), whole(1, 1_000_000), number(1e9)
PAYLOADS: dict[str, dict[str, Rule]] = {
    "purchase_item": {"item_type": ITEM, "price": PRICE, "quantity": QUANTITY},
    "sell_item": {"item_type": ITEM, "price": PRICE, "quantity": QUANTITY},
    "use_item": {"item_type": ITEM, "quantity": QUANTITY},
    "join_guild": {"guild_name": ITEM},
    "leave_guild": {"guild_name": absent_or(ITEM)},
    "take_damage": {"amount": PRICE, "source": ITEM},
    "heal": {"amount": PRICE},
    "start_level": {"level": whole(1, 100_000)},
    "finish_level": {"level": whole(1, 100_000), "outcome": lambda value: value in ("won", "lost", "quit"), "duration_s": number(31_536_000)},
    "log_in": {},
    "log_out": {},
}
MAY_MISS = {"event_id", "tenant", "occurred_at", "received_at", "headers", "remote_address", "quantity"}


def is_event(value: bytes, now: datetime, *, at_door: bool = False) -> bool:
    """Say whether a value is an event for a record of this time; at the door it is received now, whatever it says."""
    try:
        judge(value, now, at_door=at_door)
    except (Refused, ValueError, RecursionError, OverflowError):
        return False
    return True


def judge(value: bytes, now: datetime, *, at_door: bool) -> dict[str, Any]:
    """Return the document of an event; raise Refused, ValueError or RecursionError if it is none."""
    if len(value) > MAX_BYTES or value.startswith(b"\xef\xbb\xbf"):
        raise Refused
    document = json.loads(value.decode("utf-8", "strict"), object_pairs_hook=once, parse_constant=refuse)
    if not isinstance(document, dict) or not isinstance(document.get("event_type"), str) or document["event_type"] not in PAYLOADS:
        raise Refused
    payload = PAYLOADS[document["event_type"]]
    may_miss = MAY_MISS | ({"guild_name"} if document["event_type"] == "leave_guild" else set())
    rules = ENVELOPE | payload
    if document.keys() - rules.keys() or rules.keys() - document.keys() - may_miss or not all(rules[name](member) for name, member in document.items()):
        raise Refused
    json.dumps(document, ensure_ascii=False).encode()  # a lone surrogate is no text
    check_times({"occurred_at": document.get("occurred_at")} if at_door else document, now)
    return document


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise Refused
    return document


def refuse(_: str) -> Any:
    raise Refused


def read_instant(written: str) -> datetime | None:
    found = INSTANT.fullmatch(written, 0) if written.isascii() else None
    if not found:
        return None
    fraction, zone = ((found[3] or "") + "." if not found[3] else found[3]), found[4].upper()
    micro = fraction[1:7].ljust(6, "0")
    zone = "+00:00" if zone == "Z" else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    try:
        read = datetime.fromisoformat(f"{found[1]}T{found[2]}.{micro}{zone}")
        return read if len(found[3] or "") <= 7 or fraction[7:8] < "5" else read + timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None


def check_times(document: dict[str, Any], now: datetime) -> None:
    received = read_instant(document["received_at"]) if document.get("received_at") else None
    arrived = received or now
    occurred = read_instant(document["occurred_at"]) if document.get("occurred_at") else None
    if not timedelta(days=-400) <= arrived - now <= timedelta(days=1):
        raise Refused
    if not timedelta(days=-400) <= (occurred or arrived) - arrived <= timedelta(minutes=5):
        raise Refused
    for read in (arrived, occurred or arrived):
        read.astimezone(UTC)  # raises beyond the calendar's ends
