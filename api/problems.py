"""Problem documents (RFC 9457): one shape for every error, and never the rejected value in it."""

from collections.abc import Iterable
from typing import Any

from api.answers import PROBLEM, Answer, json_answer
from eddyline.contracts.reasons import Reason
from eddyline.contracts.verdicts import Rejected

PROBLEMS: dict[str, tuple[str, str]] = {
    "not_found": ("There is nothing at this path", "Look at /docs for the paths that exist."),
    "no_such_player": ("There is no such player", "A player is known once one of their events has landed and the projection has seen it."),
    "players_unavailable": ("The players' states cannot be read now", "Ask again after Retry-After seconds."),
    "method_not_allowed": ("This path does not take this method", "The Allow header names the methods that it takes."),
    "body_too_large": ("The request is too large", "Send at most 8 MB and 10,000 events in one request, or what this server's settings say."),
    "broker_unavailable": ("Kafka did not acknowledge", "Nothing is lost if you send the request again after Retry-After seconds with the id in X-Event-Id."),
    "unauthorized": ("This needs an API key", "Send `Authorization: Bearer <key>` or `X-Api-Key: <key>`, not both; `eddyline keys create` makes a key."),
    "forbidden": ("This key may not do that", "`eddyline keys create --may send|read|both` says what a key may do."),
    "too_many_events": ("The key has sent too many events", "Send again after Retry-After seconds; nothing of this request is stored."),
    "too_many_dead_letters": (
        "The key has sent too many refused events",
        "Correct them; what is refused is only counted until Retry-After seconds have passed.",
    ),
    "busy": ("Too many large requests at once", "Send the request again after Retry-After seconds; nothing of it is stored."),
    "slow_body": ("The body did not arrive in time", "Send the request again at once, or in smaller parts; nothing of it is stored."),
    "ambiguous_body": ("Where the body ends is ambiguous", "Send a Content-Length or `Transfer-Encoding: chunked`, not both, and no other encoding."),
    "uri_too_long": ("The path and query are too long", "Send the fields in the body instead."),
    "internal": ("The server made a mistake", "The server's log says more."),
    "bad_request": ("The request cannot be understood", "Compare it with /docs."),
    Reason.EMPTY: ("There is no event", "Send a JSON object."),
    Reason.TOO_LARGE: ("The event is too large", "One event has at most 256 KiB, the request's headers included."),
    Reason.MALFORMED_JSON: ("This is not JSON", "Send UTF-8 JSON without NaN, Infinity and lone surrogates."),
    Reason.DUPLICATE_KEY: ("A key stands twice", "Name each key of an object once."),
    Reason.NOT_AN_EVENT: ("This is not an event", "An event is one JSON object; /docs shows each type."),
    Reason.UNKNOWN_EVENT_TYPE: ("The event type is unknown", "/docs lists the event types."),
    Reason.MISSING_FIELD: ("A field is missing", "/docs lists the fields of each event type."),
    Reason.UNKNOWN_FIELD: ("A field is unknown", "/docs lists the fields of each event type."),
    Reason.WRONG_TYPE: ("A field has the wrong type", "/docs says the type of each field."),
    Reason.OUT_OF_RANGE: ("A value is out of range", "/docs says the range of each field."),
    Reason.CLOCK: ("The time cannot be right", "occurred_at lies between 400 days before and 5 minutes after the server's time."),
    Reason.ID_CONFLICT: ("The id is taken", "Another event of this tenant has this id."),
    Reason.UNSTATED: ("The event is refused", "No reason was stated."),
}


def problem(kind: str, detail: str = "") -> dict[str, Any]:
    """Describe what is wrong as the members of a problem document, without its status."""
    title, advice = PROBLEMS[kind]
    return {"type": f"/problems/{kind}", "title": title, "detail": detail or advice}


def rejection(rejected: Rejected) -> dict[str, Any]:
    """Describe a refused event."""
    return problem(str(rejected.reason), rejected.detail) | {"reason": str(rejected.reason)}


def problem_answer(status: int, kind: str, detail: str = "", headers: Iterable[tuple[str, str]] = (), **members: Any) -> Answer:
    """Build an answer that is a problem document; `members` are its extension members."""
    return json_answer(status, {**problem(kind, detail), "status": status, **members}, headers, PROBLEM)
