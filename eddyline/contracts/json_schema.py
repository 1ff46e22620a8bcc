"""The event types as JSON Schema 2020-12, and as the components of an OpenAPI 3.1 document."""

from functools import reduce
from operator import or_
from typing import Any

import msgspec

from eddyline.contracts.events import GAME_EVENT_TYPES, GameEvent, event_type

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def event_schema(kind: type[GameEvent]) -> Schema:
    """Render one event type as a document of its own."""
    _, definitions = msgspec.json.schema_components((kind,))
    own: Schema = definitions[kind.__name__]
    return {"$schema": DIALECT, "$id": f"urn:eddyline:event:{event_type(kind)}"} | own


def events_schema(kinds: tuple[type[GameEvent], ...] = GAME_EVENT_TYPES) -> Schema:
    """Render all event types as one document that tells them apart by `event_type`."""
    choice, definitions = _choice(kinds, "#/$defs/{name}")
    head = {"$schema": DIALECT, "$id": "urn:eddyline:events", "title": "Game event", "description": "Any event of the topic `events`."}
    return head | choice | {"$defs": definitions}


def components(kinds: tuple[type[GameEvent], ...] = GAME_EVENT_TYPES) -> Schema:
    """Render the event types as `components` of OpenAPI 3.1: one schema each, and `GameEvent` for any of them."""
    choice, definitions = _choice(kinds, "#/components/schemas/{name}")
    return {"schemas": {GameEvent.__name__: {"description": "Any game event."} | choice} | definitions}


def _choice(kinds: tuple[type[GameEvent], ...], references: str) -> tuple[Schema, Schema]:
    # One tuple of types would be told apart by trial; a union carries the discriminator.
    (choice,), definitions = msgspec.json.schema_components((reduce(or_, kinds),), ref_template=references)
    return choice, definitions
