"""What the fields of the event types take, as a mapping sees them."""

from difflib import get_close_matches
from enum import StrEnum

import msgspec

from eddyline.contracts.events import GAME_EVENT_TYPES, GameEvent, event_type

# What only the door or the operator's credential may say: no mapping sets them.
OF_THE_DOOR = frozenset({"tenant", "received_at", "headers", "remote_address"})
TYPE = "event_type"


class Kind(StrEnum):
    """What a field takes."""

    TEXT = "text"
    INT = "int"
    FLOAT = "float"
    INSTANT = "instant"
    OTHER = "other"


_KINDS = {
    msgspec.inspect.StrType: Kind.TEXT,
    msgspec.inspect.LiteralType: Kind.TEXT,
    msgspec.inspect.IntType: Kind.INT,
    msgspec.inspect.FloatType: Kind.FLOAT,
    msgspec.inspect.DateTimeType: Kind.INSTANT,
}


def _kinds(event: type[GameEvent]) -> dict[str, Kind]:
    return {TYPE: Kind.TEXT} | {field.name: _kind(field.type) for field in msgspec.inspect.type_info(event).fields}  # type: ignore[attr-defined]


def _kind(kind: msgspec.inspect.Type) -> Kind:
    if isinstance(kind, msgspec.inspect.Metadata):
        return _kind(kind.type)
    if isinstance(kind, msgspec.inspect.UnionType):
        return next((_kind(part) for part in kind.types if not isinstance(part, msgspec.inspect.NoneType)), Kind.OTHER)
    return _KINDS.get(type(kind), Kind.OTHER)


def _required(event: type[GameEvent]) -> frozenset[str]:
    return frozenset({TYPE} | {field.name for field in msgspec.inspect.type_info(event).fields if field.required})  # type: ignore[attr-defined]


FIELDS = {event_type(event): _kinds(event) for event in GAME_EVENT_TYPES}
"""The fields of each event type, and what they take."""
REQUIRED = {event_type(event): _required(event) for event in GAME_EVENT_TYPES}
"""The fields without which there is no such event."""
KINDS = {name: kind for fields in FIELDS.values() for name, kind in fields.items()}
"""What a field takes: in every type the same, since all share their columns."""


def closest(name: str, names: set[str]) -> str | None:
    """Find the name that was probably meant: spelled in another case or style, shortened, or with a typing mistake."""
    plain = {_plain(each): each for each in sorted(names)}
    if exact := plain.get(_plain(name)):
        return exact
    tails = [each for each in sorted(names) if each.endswith(f"_{name.lower()}")]
    if len(tails) == 1:
        return tails[0]
    close = get_close_matches(_plain(name), plain, n=1, cutoff=0.75)
    return plain[close[0]] if close else None


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
