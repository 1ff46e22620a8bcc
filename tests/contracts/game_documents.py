"""Strategies for game events as JSON documents, derived from the event types, and for texts that spell them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from eddyline.contracts.events import GAME_EVENT_TYPES, GameEvent, event_type

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
WHITE_SPACE = st.text(" \t\r\n", max_size=2)
Pairs = list[tuple[str, Any]]


def values(kind: inspect.Type) -> st.SearchStrategy[Any]:
    """Draw what a field of this type accepts, as JSON values."""
    return VALUES[type(kind)](kind)


def texts(kind: inspect.StrType) -> st.SearchStrategy[str]:
    """Draw texts of every kind, those that look like JSON among them."""
    anything = st.text(min_size=kind.min_length or 0, max_size=min(kind.max_length or 50, 50))
    return anything | st.sampled_from(['":', '"', "\\", ":x", '\\":'])


def instants() -> st.SearchStrategy[str]:
    """Draw instants that an event received NOW may have."""
    ages = st.timedeltas(timedelta(days=-399), timedelta(minutes=5))
    zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
    return st.builds(lambda age, zone: (NOW + age).astimezone(zone).isoformat(), ages, zones)


VALUES: dict[type, Callable[[Any], st.SearchStrategy[Any]]] = {
    inspect.Metadata: lambda kind: values(kind.type),
    inspect.StrType: texts,
    inspect.IntType: lambda kind: st.integers(kind.ge, kind.le),
    inspect.FloatType: lambda kind: st.floats(kind.ge, kind.le) | st.just(-0.0),
    inspect.LiteralType: lambda kind: st.sampled_from(kind.values),
    inspect.DateTimeType: lambda kind: instants(),
    inspect.DictType: lambda kind: st.dictionaries(values(kind.key_type), values(kind.value_type), max_size=4),
    inspect.NoneType: lambda kind: st.none(),
    inspect.UnionType: lambda kind: st.one_of([values(part) for part in kind.types]),
}


def documents(kind: type[GameEvent]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw valid documents of one event type; what is optional is there or not."""
    fields = msgspec.inspect.type_info(kind).fields
    required = {field.name: values(field.type) for field in fields if field.required}
    optional = {field.name: values(field.type) for field in fields if not field.required and field.name != "received_at"}
    return st.fixed_dictionaries({"event_type": st.just(event_type(kind))} | required, optional=optional)


ANY_DOCUMENT = st.sampled_from(GAME_EVENT_TYPES).flatmap(documents)


@st.composite
def spelled_text(draw: st.DrawFn, text: str) -> str:
    """Spell a text as JSON in one of its many ways."""
    if draw(st.booleans()):
        return '"' + "".join(f"\\u{unit:04x}" for unit in memoryview(text.encode("utf-16-le")).cast("H")) + '"'
    return json.dumps(text, ensure_ascii=draw(st.booleans()))


@st.composite
def spelled(draw: st.DrawFn, value: Any) -> str:
    """Spell a value as JSON: its white space, escapes and, for a list of pairs, its repeated keys."""
    if isinstance(value, dict):
        value = list(value.items())
    if isinstance(value, list):
        members = [f"{draw(WHITE_SPACE)}{draw(spelled_text(key))}{draw(WHITE_SPACE)}:{draw(WHITE_SPACE)}{draw(spelled(member))}" for key, member in value]
        return "{" + f"{draw(WHITE_SPACE)},".join(members) + draw(WHITE_SPACE) + "}"
    return draw(spelled_text(value)) if isinstance(value, str) else json.dumps(value)


TEXTS = ANY_DOCUMENT.flatmap(spelled).map(str.encode)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.sampled_from(["event_type", "user_id", "headers", "occurred_at"]), inner, max_size=4)
    ),
    max_leaves=20,
)
