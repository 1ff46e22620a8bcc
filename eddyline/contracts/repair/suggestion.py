"""What was probably meant by a record that is no event: a rule for a mapping file, or nothing. Pure."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from eddyline.contracts.decode import Decoded
from eddyline.contracts.reasons import Reason
from eddyline.contracts.repair.apply import Document, read_document, repair
from eddyline.contracts.repair.fields import FIELDS, KINDS, OF_THE_DOOR, REQUIRED, TYPE, Kind, closest
from eddyline.contracts.repair.mapping import Cast, Mapping, Rule, Scalar
from eddyline.contracts.verdicts import Accepted, Rejected

Decide = Callable[[bytes], Decoded]
_CASTS: dict[Kind, tuple[Cast, ...]] = {
    Kind.TEXT: ("text",),
    Kind.INT: ("int",),
    Kind.FLOAT: ("float", "int"),
    Kind.INSTANT: ("utc", "unix_seconds", "unix_milliseconds"),
}


def suggest(value: bytes, rejected: Rejected, decide: Decide) -> Mapping | None:
    """Derive a mapping with which this value becomes an event; None where none suggests itself.

    What it changes is guessed from names and types, never from what the values mean: a missing value is not invented.
    """
    if rejected.reason is Reason.ID_CONFLICT:
        return Mapping(rule=(Rule(reason=Reason.ID_CONFLICT, new_event_id=True),))
    document = read_document(value)
    if document is None:
        return None
    return next((mapping for rule in _candidates(document, rejected) if _helps(mapping := Mapping(rule=(rule,)), value, decide)), None)


def _helps(mapping: Mapping, value: bytes, decide: Decide) -> bool:
    return isinstance(repair(value, mapping, decide), Accepted)


def _candidates(document: Document, rejected: Rejected) -> list[Rule]:
    kind = _type_of(document)
    if kind is None:
        return []
    named, drop = _renames(document, kind)
    known = {new: value for name, value in document.items() if (new := named.get(name, name)) in FIELDS[kind]}
    spelled = _spelled(document)
    replaced: dict[str, dict[str, Scalar]] = {} if kind == spelled else {TYPE: {spelled: kind}}
    plain = Rule(reason=rejected.reason, event_type=spelled or None, rename=named, replace=replaced, drop=drop)
    casts = [_casts(known, way) for way in range(3)]
    return ([plain] if named or replaced or drop else []) + [msgspec.structs.replace(plain, cast=cast) for cast in casts if cast]


def _casts(document: Document, way: int) -> dict[str, Cast]:
    """Choose a cast for each field that has another type than it takes; where there are several ways, the `way`-th."""
    kinds = {name: KINDS[name] for name in document if name in KINDS and name not in OF_THE_DOOR | {TYPE}}
    ways = {name: _CASTS[kind] for name, kind in kinds.items() if kind in _CASTS and _is_other(document[name], kind)}
    return {name: casts[min(way, len(casts) - 1)] for name, casts in ways.items()}


def _type_of(document: Document) -> str | None:
    spelled = _spelled(document)
    return spelled if spelled in FIELDS else closest(spelled, set(FIELDS)) if spelled else None


def _spelled(document: Document) -> str:
    value = _plain(document[TYPE]) if TYPE in document else None
    return value if isinstance(value, str) else ""


def _renames(document: Document, kind: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Name unknown fields as the missing ones that they resemble; what resembles none is left out."""
    free = (set(FIELDS[kind]) - set(document)) - OF_THE_DOOR
    renames: dict[str, str] = {}
    for name in (name for name in document if name not in FIELDS[kind]):
        meant = closest(name, free & REQUIRED[kind]) or closest(name, free)
        if meant:
            renames[name] = meant
            free -= {meant}
    return renames, tuple(name for name in document if name not in FIELDS[kind] and name not in renames)


def _is_other(value: msgspec.Raw, kind: Kind) -> bool:
    plain = _plain(value)
    match kind:
        case Kind.TEXT:
            return not isinstance(plain, str)
        case Kind.INSTANT:
            return not (isinstance(plain, str) and _has_zone(plain))
        case _:
            return isinstance(plain, str) or (kind is Kind.INT and isinstance(plain, float))


def _has_zone(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return True


def _plain(value: msgspec.Raw) -> object:
    return msgspec.json.decode(value)
