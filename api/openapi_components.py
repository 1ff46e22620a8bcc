"""What the OpenAPI document's routes share: schemas of answers, headers, parameters."""

from typing import Any

from api.problems import PROBLEMS
from eddyline.contracts.events import MAX_ID_CHARACTERS, MAX_NAME_CHARACTERS
from eddyline.contracts.json_schema import components

Document = dict[str, Any]


def ref(name: str) -> Document:
    """Point to a component, for example `schemas/Problem`."""
    return {"$ref": f"#/components/{name}"}


def json_content(content_type: str, schema: str) -> Document:
    """Say that a body is JSON of a named schema."""
    return {content_type: {"schema": ref(f"schemas/{schema}")}}


def text_content(content_type: str = "text/plain") -> Document:
    """Say that a body is text."""
    return {content_type: {"schema": {"type": "string"}}}


ID_HEADER = {"X-Event-Id": ref("headers/X-Event-Id")}
ID_PARAMETERS = [ref("parameters/X-Event-Id"), ref("parameters/Idempotency-Key")]
# Without a key where the server's settings ask for none.
SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"key": []}, {}]
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key that `eddyline keys create` made."},
    "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "The same key in a header of its own."},
}
_LATER = ID_HEADER | {"Retry-After": ref("headers/Retry-After")}


def all_components() -> Document:
    """List every component."""
    schemas = (
        components()["schemas"]
        | {"Problem": _PROBLEM, "Result": _RESULT, "Refusal": _REFUSAL, "Unconfirmed": _UNCONFIRMED}
        | {"Player": _PLAYER, "Players": _PLAYERS}
    )
    return {"schemas": schemas, "headers": _HEADERS, "parameters": _PARAMETERS, "responses": _RESPONSES, "securitySchemes": _SCHEMES}


def _parameter(name: str, where: str, description: str, schema: Document) -> Document:
    return {"name": name, "in": where, "description": description, "schema": schema} | ({"required": True} if where == "path" else {})


def _problem_response(description: str, schema: str, headers: Document) -> Document:
    return {"description": description, "headers": headers, "content": json_content("application/problem+json", schema)}


def _object(properties: Document, optional: Document | None = None) -> Document:
    return {"type": "object", "properties": properties | (optional or {}), "required": list(properties)}


_ID = {"type": "string", "minLength": 1, "maxLength": MAX_ID_CHARACTERS}
_NAME = {"type": "string", "minLength": 1, "maxLength": MAX_NAME_CHARACTERS}
_COUNT = {"type": "integer", "minimum": 0}
_HEADERS = {
    "X-Event-Id": {"description": "The event's id; of a batch, the request's.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait before sending again.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "How to present a key.", "schema": {"type": "string"}},
}
_PARAMETERS = {
    "item_type": _parameter("item_type", "path", "What is bought.", _NAME),
    "user_id": _parameter("user_id", "query", "The player; without it, the host name of the request.", _ID),
    "quantity": _parameter("quantity", "query", "How many pieces.", {"type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1}),
    "price": _parameter("price", "query", "Gold for one piece; without it, the shop's price.", {"type": "number", "minimum": 0, "maximum": 1e9}),
    "guild_name": _parameter("guild_name", "query", "The guild.", _NAME),
    "X-Event-Id": _parameter("X-Event-Id", "header", "The id for an event that brings none.", _ID),
    "player": _parameter("user_id", "path", "The player.", _ID),
    "guild": _parameter("guild", "query", "The guild.", _NAME) | {"required": True},
    "limit": _parameter("limit", "query", "Most players of a page.", {"type": "integer", "minimum": 1, "maximum": 1_000, "default": 100}),
    "after": _parameter("after", "query", "The `next` of the page before.", {"type": "string"}),
    "Idempotency-Key": _parameter("Idempotency-Key", "header", "Any text; the same text makes the same event id.", {"type": "string", "minLength": 1}),
}
_CHALLENGE = {"WWW-Authenticate": ref("headers/WWW-Authenticate")}
_RESPONSES = {
    "400": _problem_response("The request cannot be understood.", "Problem", {}),
    "401": _problem_response("The server asks for a key, and this one is none that it knows.", "Problem", _CHALLENGE),
    "403": _problem_response("The key may not do this.", "Problem", _CHALLENGE),
    "404": _problem_response("There is none.", "Problem", {}),
    "read-503": _problem_response("The store of the states does not answer, or is still being read.", "Problem", {"Retry-After": ref("headers/Retry-After")}),
    "408": _problem_response("The body did not arrive in time; nothing of it is stored.", "Problem", ID_HEADER),
    "413": _problem_response("The body or the number of events is too large; its start is kept in `events.dlq`.", "Problem", ID_HEADER),
    "414": _problem_response("The path and query are too long.", "Problem", {}),
    "422": _problem_response("Nothing in the request is a valid event; it is kept in `events.dlq`.", "Refusal", ID_HEADER),
    "429": _problem_response("The key has used up a limit; nothing of the request is stored.", "Problem", _LATER),
    "503": _problem_response(
        "Kafka did not acknowledge in time, or too many large requests came at once: send again, with the same id.", "Unconfirmed", _LATER
    ),
}
_PROBLEM_TYPE = {"type": "string", "format": "uri-reference", "enum": [f"/problems/{kind}" for kind in PROBLEMS]}
_PROBLEM = {"description": "What is wrong (RFC 9457)."} | _object({"type": _PROBLEM_TYPE, "title": {"type": "string"}, "detail": {"type": "string"}})
_KEPT = {"type": "boolean", "description": "False if it is only counted, because the key has sent too many refused events."}
_REJECTED = _object({"index": _COUNT, "problem": ref("schemas/Problem")}, optional={"kept": _KEPT})
_RESULT = {"description": "What became of the items of a request."} | _object({"accepted": _COUNT, "rejected": {"type": "array", "items": _REJECTED}})
_REFUSAL = {"description": "Nothing was accepted, and why.", "allOf": [ref("schemas/Problem"), ref("schemas/Result")]}
_NUMBER, _TEXT = {"type": "number"}, {"type": "string"}
_PLAYER = {"description": "A player's state after the event at kafka_partition and kafka_offset."} | _object(
    {"tenant": _TEXT, "user_id": _TEXT, "inventory": {"type": "object", "additionalProperties": _COUNT}, "gold_spent": _NUMBER, "gold_earned": _NUMBER}
    | {"health": _NUMBER, "guild": {"type": ["string", "null"]}, "level": _COUNT, "events": _COUNT, "last_seen_at": _TEXT | {"format": "date-time"}}
    | {"kafka_partition": _COUNT, "kafka_offset": _COUNT}
)
_PLAYERS = _object({"players": {"type": "array", "items": ref("schemas/Player")}, "next": {"type": ["string", "null"]}})
_STATUS = {"type": "string", "enum": ["acknowledged", "unconfirmed", "not_sent", "dropped"]}
_ITEM = _object({"index": _COUNT, "event_id": {"type": "string"}, "valid": {"type": "boolean"}, "status": _STATUS})
_ITEMS = {"properties": {"items": {"type": "array", "items": _ITEM}}}
# Without the broker, a request that is too large as a whole has no items.
_UNCONFIRMED = {"description": "What Kafka has stored of the items, and what it may not have.", "allOf": [ref("schemas/Problem"), _ITEMS]}
