"""Mapping files: rules that say what was meant by what came, read from TOML or JSON and checked as a whole."""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from eddyline.contracts.reasons import Reason
from eddyline.contracts.repair.fields import FIELDS, KINDS, OF_THE_DOOR, Kind, closest
from eddyline.errors import SettingsError

Scalar = str | int | float | bool
Cast = Literal["text", "int", "float", "utc", "unix_seconds", "unix_milliseconds"]

_TAKEN_BY: dict[Cast, frozenset[Kind]] = {
    "text": frozenset({Kind.TEXT}),
    "int": frozenset({Kind.INT, Kind.FLOAT}),
    "float": frozenset({Kind.FLOAT}),
    "utc": frozenset({Kind.INSTANT}),
    "unix_seconds": frozenset({Kind.INSTANT}),
    "unix_milliseconds": frozenset({Kind.INSTANT}),
}


class Rule(Struct, kw_only=True, forbid_unknown_fields=True, frozen=True):
    """One correction; within it the order is rename, replace, cast, drop, default."""

    reason: Annotated[Reason | None, Meta(description="Only records that fail for this reason by now.")] = None
    event_type: Annotated[str | None, Meta(description="Only records that name this event type, known or not.")] = None
    rename: Annotated[dict[str, str], Meta(description="Fields to name otherwise: old to new. A field that is there already is not overwritten.")] = {}
    replace: Annotated[dict[str, dict[str, Scalar]], Meta(description="Values to replace: field, then old value as text to new value.")] = {}
    cast: Annotated[dict[str, Cast], Meta(description="Fields to read as another type; a value that cannot be read so stays.")] = {}
    drop: Annotated[tuple[str, ...], Meta(description="Fields to leave out.")] = ()
    default: Annotated[dict[str, Scalar], Meta(description="Values for fields that are missing or null.")] = {}
    new_event_id: Annotated[bool, Meta(description="For `id_conflict` alone: give the event an id of its own, made from its record's place.")] = False


class Mapping(Struct, kw_only=True, forbid_unknown_fields=True, frozen=True):
    """Rules in the order in which they are tried, until a record is an event."""

    rule: Annotated[tuple[Rule, ...], Meta(min_length=1, description="The rules, `[[rule]]` in TOML.")]


NO_MAPPING = Mapping(rule=())


def read_mapping(text: bytes, *, toml: bool) -> Mapping:
    """Read a mapping file.

    Raises SettingsError that lists every problem with the number of its rule.
    """
    try:
        mapping: Mapping = (msgspec.toml if toml else msgspec.json).decode(text, type=Mapping)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise SettingsError(f"the mapping file cannot be read: {error}") from error
    if problems := [f"rule {number}: {problem}" for number, rule in enumerate(mapping.rule, 1) for problem in _problems(rule)]:
        raise SettingsError(f"the mapping file is wrong: {'; '.join(problems)}")
    return mapping


def write_mapping(mapping: Mapping) -> str:
    """Write a mapping as TOML, rules without what they leave open."""
    return "\n\n".join("[[rule]]\n" + "\n".join(_lines(rule)) for rule in mapping.rule) + "\n"


def mapping_schema() -> dict[str, object]:
    """Render what a mapping file may say as JSON Schema."""
    (choice,), definitions = msgspec.json.schema_components((Mapping,), ref_template="#/$defs/{name}")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:eddyline:quarantine-mapping"} | choice | {"$defs": definitions}


def _problems(rule: Rule) -> Iterator[str]:
    if rule.new_event_id or rule.reason is Reason.ID_CONFLICT:
        yield from _wrong_conflict(rule)
        return
    if not _changes(rule):
        yield "it changes nothing: give it rename, replace, cast, drop or default"
    yield from _wrong_targets(rule)
    yield from _wrong_renames(rule)
    for field, cast in rule.cast.items():
        if field in KINDS and KINDS[field] not in _TAKEN_BY[cast]:
            yield f"`{field}` takes {KINDS[field]}, which a cast to {cast} does not give"
    for field, values in rule.replace.items():
        if again := {str(value) for value in values.values()} & values.keys():
            yield f"replace of `{field}` gives {', '.join(sorted(again))}, which it would replace again"


def _wrong_conflict(rule: Rule) -> Iterator[str]:
    if not rule.new_event_id:
        yield "a record with the reason id_conflict is an event already; only new_event_id = true helps it"
    elif rule.reason is not Reason.ID_CONFLICT or _changes(rule):
        yield 'new_event_id stands alone, with reason = "id_conflict": a record with another reason keeps its id'


def _wrong_targets(rule: Rule) -> Iterator[str]:
    for field in (*rule.rename.values(), *rule.replace, *rule.cast, *rule.default):
        if field in OF_THE_DOOR:
            yield f"`{field}` is set by the door and by no mapping"
        elif field not in KINDS:
            meant = closest(field, set(KINDS))
            yield f"no event type has a field `{field}`" + (f"; is `{meant}` meant?" if meant else "")
        elif rule.event_type in FIELDS and field not in FIELDS[rule.event_type]:
            yield f"{rule.event_type} has no field `{field}`"


def _wrong_renames(rule: Rule) -> Iterator[str]:
    if both := rule.rename.keys() & set(rule.rename.values()):
        yield f"`{'`, `'.join(sorted(both))}` is both an old and a new name"
    if len(set(rule.rename.values())) < len(rule.rename):
        yield "two fields get one name: which one was meant, a second rule must say"
    if door := OF_THE_DOOR & rule.rename.keys():
        yield f"`{'`, `'.join(sorted(door))}` is the door's: it is not renamed"


def _changes(rule: Rule) -> bool:
    return bool(rule.rename or rule.replace or rule.cast or rule.drop or rule.default)


def _lines(rule: Rule) -> Iterator[str]:
    for name, value in msgspec.to_builtins(rule).items():
        if value not in (None, {}, [], False, ()):
            yield f"{name} = {_inline(value)}"


def _inline(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_inline(key)} = {_inline(each)}" for key, each in value.items()) + " }"
    # What JSON makes of texts, numbers, truths and lists of them is TOML, too.
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")
