"""The API's OpenAPI 3.1 document, rendered from the contracts; `python -m api.openapi` prints it for docs/openapi.json."""

import json
import sys

from api.openapi_components import ID_HEADER, ID_PARAMETERS, SECURITY, Document, all_components, json_content, ref, text_content
from eddyline import __version__

DESCRIPTION = (
    "Events come in here. A 2xx answer means that Kafka has stored every event that the answer calls accepted. "
    "Every answer of an event route carries the event's id in `X-Event-Id`; sending a request again with that id, or with the same `Idempotency-Key`, is safe. "
    "What is refused is kept, with the reason, in the topic `events.dlq`. "
    "Where the server asks for a key, its tenant becomes the events' tenant, whatever they say themselves. "
    "In a batch, an event without an `event_id` gets the request's id, a colon and its place in the batch."
)
INFO = {
    "title": "Eddyline",
    "version": __version__,
    "summary": "The HTTP door to Eddyline's game events.",
    "description": DESCRIPTION,
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}
BAD_ANSWERS = ("400", "401", "403", "408", "413", "414", "422", "429", "503")
TAGS = {
    "events": "Game events as JSON.",
    "players": "What is known of players.",
    "classroom": "One path for each thing a player does.",
    "operation": "For those who run the API.",
}


def document() -> Document:
    """Describe every route."""
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": {"/events": {"post": _post_events()}} | _guild_paths() | _purchase_paths() | _player_paths() | _operation_paths(),
        "security": SECURITY,
        "components": all_components(),
    }


def render() -> str:
    """Write the document as JSON."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _post_events() -> Document:
    one = ref("schemas/GameEvent")
    lines = {"application/x-ndjson": {"schema": {"type": "string", "description": "One event a line."}}}
    either = {"application/json": {"schema": {"oneOf": [one, {"type": "array", "items": one, "minItems": 1}]}}}
    return {
        "operationId": "post_events",
        "tags": ["events"],
        "summary": "Take one event, an array, or lines of events",
        "parameters": ID_PARAMETERS,
        "requestBody": {"required": True, "content": either | lines},
        "responses": _answers("202", "Kafka has stored all that is valid.", json_content("application/json", "Result")),
    }


def _guild_paths() -> Document:
    words = {"get": "A player joins a guild", "post": "A player joins a guild", "delete": "A player leaves a guild"}
    fields = ("user_id", "guild_name")
    return {path: {method: _classroom(path, method, text, fields) for method, text in words.items()} for path in ("/join_guild", "/join_a_guild")}


def _purchase_paths() -> Document:
    fields = ("item_type", "user_id", "quantity", "price")
    paths = ("/purchase/{item_type}", "/purchase_a_{item_type}")
    return {path: {method: _classroom(path, method, "A player buys an item", fields) for method in ("get", "post")} for path in paths}


def _classroom(path: str, method: str, summary: str, fields: tuple[str, ...]) -> Document:
    bodies = {content_type: {"schema": {"type": "object"}} for content_type in ("application/json", "application/x-www-form-urlencoded")}
    body = {"requestBody": {"description": "The same fields, instead of the query.", "content": bodies}}
    operation = {
        "operationId": f"{method}_{path.strip('/').replace('{item_type}', 'item').replace('/', '_')}",
        "tags": ["classroom"],
        "summary": summary,
        "parameters": [ref(f"parameters/{field}") for field in fields] + ID_PARAMETERS,
        "responses": _answers("200", "Kafka has stored the event; the text has the same length for every event.", text_content()),
    }
    return operation if method == "get" else operation | body


def _player_paths() -> Document:
    one = _read("player", "One player's state", ("player",), "Player", ("401", "403", "404"))
    some = _read("players", "The players of a guild, in the order of their names", ("guild", "limit", "after"), "Players", ("400", "401", "403"))
    return {"/api/v1/players/{user_id}": {"get": one}, "/api/v1/players": {"get": some}}


def _read(name: str, summary: str, parameters: tuple[str, ...], schema: str, bad: tuple[str, ...]) -> Document:
    good = {"200": {"description": "As of the last event that was applied.", "content": json_content("application/json", schema)}}
    responses = good | {status: ref(f"responses/{status}") for status in (*bad, "414")} | {"503": ref("responses/read-503")}
    return {
        "operationId": name,
        "tags": ["players"],
        "summary": summary,
        "parameters": [ref(f"parameters/{each}") for each in parameters],
        "responses": responses,
    }


def _operation_paths() -> Document:
    json_object = {"application/json": {"schema": {"type": "object"}}}
    unready = {"503": {"description": "The broker does not answer.", "content": json_content("application/problem+json", "Problem")}}
    return {
        "/healthz": _open(_operation("healthz", "Does the process live?", json_object)),
        "/readyz": _open(_operation("readyz", "Does the broker answer?", json_object, unready)),
        "/metrics": _operation("metrics", "Prometheus metrics, of all workers", text_content(), {bad: ref(f"responses/{bad}") for bad in ("401", "403")}),
        "/openapi.json": _open(_operation("openapi", "This document", json_object)),
        "/docs": _open(_operation("docs", "This document for people", text_content("text/html"))),
    }


def _open(path: Document) -> Document:
    return {method: operation | {"security": []} for method, operation in path.items()}


def _operation(name: str, summary: str, content: Document, others: Document | None = None) -> Document:
    responses = {"200": {"description": "Yes.", "content": content}} | (others or {})
    return {"get": {"operationId": name, "tags": ["operation"], "summary": summary, "responses": responses}}


def _answers(status: str, description: str, content: Document) -> Document:
    good = {status: {"description": description, "headers": ID_HEADER, "content": content}}
    return good | {bad: ref(f"responses/{bad}") for bad in BAD_ANSWERS}


if __name__ == "__main__":
    sys.stdout.write(render())
