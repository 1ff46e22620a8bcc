"""Why a value is no event: a reason and a sentence, neither of which repeats any part of the value."""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from eddyline.contracts.duplicates import repeats_any_key
from eddyline.contracts.events import GAME_EVENT_TYPES, EventId, Instant, Tenant, event_type
from eddyline.contracts.reasons import Reason
from eddyline.contracts.verdicts import Rejected

MAX_DETAIL_CHARACTERS = 300
# Between these years every engine reads the same instant: no calendar reform, no overflow of nanoseconds.
READABLE_YEARS = range(1900, 2200)

_FIELDS = {event_type(kind): ("event_type", *kind.__struct_fields__) for kind in GAME_EVENT_TYPES}
_KNOWN = {name for names in _FIELDS.values() for name in names}
_AT_BYTE = re.compile(r"\(byte (\d+)\)$")
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_EXPECTED = re.compile(r"Expected `(?P<type>[a-z |]+)`(?P<limit> (?:of length )?[<>]=? -?[\d.e+]+)?(?:, got `(?P<got>\w+)`)?")


def refuse(value: bytes, error: Exception) -> Rejected:
    """Sort a decoder's error into its reason: not JSON before a key twice before what the contract says."""
    try:
        document = msgspec.json.decode(value)
    except (msgspec.ValidationError, RecursionError):
        document = None  # JSON, but a number or a nesting no document may have: the contract's own error stands
    except (msgspec.DecodeError, UnicodeDecodeError) as malformed:
        return Rejected(Reason.MALFORMED_JSON, _malformed(value, malformed))
    if repeats_any_key(value):
        return Rejected(Reason.DUPLICATE_KEY, "a key stands twice in one object")
    if not isinstance(error, msgspec.ValidationError):
        return Rejected(Reason.MALFORMED_JSON, _malformed(value, error))
    reason, detail = _broken_rule(str(error), document)
    return Rejected(reason, detail[:MAX_DETAIL_CHARACTERS], *_claims(document))


def claims(value: bytes) -> tuple[str | None, str | None, datetime | None]:
    """Read what refused bytes say of themselves: event_id, tenant and occurred_at, each None where it cannot be read."""
    try:
        return _claims(msgspec.json.decode(value))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None, None, None


def readable(instant: datetime | None) -> datetime | None:
    """Give an instant in UTC if every engine reads it the same, else nothing."""
    try:
        at = instant.astimezone(UTC) if instant else None
    except OverflowError:
        return None
    return at if at and at.year in READABLE_YEARS else None


def _malformed(value: bytes, error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "a text is not UTF-8"
    if value.startswith(b"\xef\xbb\xbf"):
        return "the value starts with a byte order mark; send UTF-8 without one"
    at = _AT_BYTE.search(str(error))
    return f"not JSON: see byte {at[1]}" if at else "not JSON: the value ends too early"


def _broken_rule(message: str, document: Any) -> tuple[Reason, str]:
    # msgspec's message may hold a key or a value of any length and content: it is matched from its ends, and nothing of it is passed on.
    if message.startswith("Object contains unknown field"):
        return Reason.UNKNOWN_FIELD, _known_fields(document)
    if message.startswith("Invalid value"):
        return Reason.UNKNOWN_EVENT_TYPE, f"`event_type` is none of {', '.join(_FIELDS)}"
    if missing := _MISSING.match(message):
        return Reason.MISSING_FIELD, f"`{missing[1]}` is missing" + (f"; it is one of {', '.join(_FIELDS)}" if missing[1] == "event_type" else "")
    _, _, path = message.rpartition(" - at `$.")
    field = path.rstrip("`").partition("[")[0]
    return _broken_field(message, field) if field in _KNOWN else (Reason.NOT_AN_EVENT, "an event is one JSON object")


def _broken_field(message: str, field: str) -> tuple[Reason, str]:
    if message.startswith(("Invalid RFC3339", "Expected `datetime")):
        return Reason.WRONG_TYPE, f"`{field}` must be an instant with its zone as in RFC 3339, like 2026-01-31T09:30:00Z"
    expected = _EXPECTED.match(message)
    if expected and expected["got"]:
        return Reason.WRONG_TYPE, f"`{field}` must be {expected['type']}, not {expected['got']}"
    if expected and expected["limit"]:
        return Reason.OUT_OF_RANGE, f"`{field}` must be {expected['type']}{expected['limit']}"
    if expected and message.startswith(f"{expected[0]} - at"):
        return Reason.WRONG_TYPE, f"`{field}` must be {expected['type']}"
    return Reason.OUT_OF_RANGE, f"`{field}` has a value that the contract does not allow"


def _known_fields(document: Any) -> str:
    kind = document.get("event_type") if isinstance(document, dict) else None
    fields = _FIELDS.get(kind) if isinstance(kind, str) else None
    return f"a field is unknown; `{kind}` has {', '.join(fields)}" if fields else "a field is unknown to this event type"


def _claims(document: Any) -> tuple[str | None, str | None, datetime | None]:
    if not isinstance(document, dict):
        return None, None, None
    return _claim(document, "event_id", EventId), _claim(document, "tenant", Tenant), readable(_claim(document, "occurred_at", Instant))


def _claim(document: dict[str, Any], name: str, kind: Any) -> Any:
    try:
        return msgspec.convert(document.get(name), kind)
    except msgspec.ValidationError:
        return None
