"""What a mapping does to a record: the first rules that make an event of it, and nothing to what is one already."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from eddyline.contracts.decode import Decoded
from eddyline.contracts.duplicates import repeats_any_key
from eddyline.contracts.reasons import Reason
from eddyline.contracts.repair.fields import TYPE
from eddyline.contracts.repair.mapping import Cast, Mapping, Rule
from eddyline.contracts.verdicts import Rejected

Document = dict[str, msgspec.Raw]
"""A JSON object whose values stay the bytes they were."""

_INT = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_FLOAT = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?([eE][+-]?\d{1,2})?", re.ASCII)
_encode = msgspec.json.Encoder().encode
_read_document = msgspec.json.Decoder(Document).decode
_read_text = msgspec.json.Decoder(str).decode


def repair(value: bytes, mapping: Mapping, decide: Callable[[bytes], Decoded]) -> Decoded:
    """Decide a value, and while it is refused apply the rules that fit, in order; a rule sees what the one before left."""
    decided = decide(value)
    document = read_document(value) if isinstance(decided, Rejected) else None
    for rule in mapping.rule:
        if document is not None and isinstance(decided, Rejected) and _fits(rule, decided.reason, document):
            document = apply(rule, document)
            decided = decide(write_document(document))
    return decided


def read_document(value: bytes) -> Document | None:
    """Read a JSON object by its fields; None if the bytes are none, or spell a key twice: no rule knows which is right."""
    try:
        document = _read_document(value)
        msgspec.json.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return None if repeats_any_key(value) else document


def write_document(document: Document) -> bytes:
    """Write a document; what no rule touched stays byte for byte."""
    return _encode(document)


def apply(rule: Rule, document: Document) -> Document:
    """Apply one rule: rename, replace, cast, drop, default; no field appears that the rule does not name."""
    changed = {_renamed(rule, name, document): value for name, value in document.items()}
    changed |= {name: _replaced(changed[name], values) for name, values in rule.replace.items() if name in changed}
    changed |= {name: _cast(changed[name], cast) for name, cast in rule.cast.items() if name in changed}
    for name in rule.drop:
        changed.pop(name, None)
    defaults = {name: msgspec.Raw(_encode(value)) for name, value in rule.default.items()}
    return changed | {name: value for name, value in defaults.items() if _is_missing(changed, name)}


def gives_new_id(mapping: Mapping, event_type: str) -> bool:
    """Tell whether a rule gives events of this type an id of their own where theirs is another's."""
    return any(rule.new_event_id and rule.event_type in (None, event_type) for rule in mapping.rule)


def _fits(rule: Rule, reason: Reason, document: Document) -> bool:
    if rule.new_event_id or rule.reason not in (None, reason):
        return False
    return rule.event_type is None or (TYPE in document and _text(document[TYPE]) == rule.event_type)


def _renamed(rule: Rule, name: str, document: Document) -> str:
    new = rule.rename.get(name, name)
    return name if new in document else new


def _is_missing(document: Document, name: str) -> bool:
    return name not in document or bytes(document[name]).strip() == b"null"


def _replaced(value: msgspec.Raw, values: dict[str, str | int | float | bool]) -> msgspec.Raw:
    spelled = _spelled(value)
    return msgspec.Raw(_encode(values[spelled])) if spelled in values else value


def _cast(value: msgspec.Raw, cast: Cast) -> msgspec.Raw:
    made = _CASTS[cast](bytes(value).strip())
    return value if made is None else msgspec.Raw(_encode(made))


def _to_text(value: bytes) -> object:
    return value.decode() if value[:1] not in b'"{[n' else None


def _to_int(value: bytes) -> object:
    text = _spelled(value).strip()
    if _INT.fullmatch(text):
        return int(text)
    number = float(text) if _FLOAT.fullmatch(text) else 0.5
    return int(number) if number.is_integer() and abs(number) < 2**53 else None


def _to_float(value: bytes) -> object:
    text = _spelled(value).strip()
    return float(text) if value[:1] == b'"' and _FLOAT.fullmatch(text) else None


def _to_utc(value: bytes) -> object:
    try:
        at = datetime.fromisoformat(_spelled(value).strip())
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else None


def _since_1970(value: bytes, per_second: int) -> object:
    text = _spelled(value).strip()
    if not _FLOAT.fullmatch(text):
        return None
    try:
        return datetime.fromtimestamp(float(text) / per_second, UTC)
    except (ValueError, OverflowError, OSError):
        return None


_CASTS: dict[Cast, Callable[[bytes], object]] = {
    "text": _to_text,
    "int": _to_int,
    "float": _to_float,
    "utc": _to_utc,
    "unix_seconds": lambda value: _since_1970(value, 1),
    "unix_milliseconds": lambda value: _since_1970(value, 1000),
}


def _spelled(value: msgspec.Raw | bytes) -> str:
    text = _text(value)
    return bytes(value).decode().strip() if text is None else text


def _text(value: msgspec.Raw | bytes) -> str | None:
    try:
        return _read_text(value)
    except msgspec.MsgspecError:
        return None
