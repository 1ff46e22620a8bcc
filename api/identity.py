"""Which id an event gets when it brings none: the same one for every resend of a request."""

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import uuid_utils

# Derived once from the project's name; changing it would make resends across an update look like new events.
NAMESPACE = uuid.UUID("0b8a6f0e-6f0c-5d51-9a0b-51d7a3f8a5c4")
_SAFE_IN_HEADERS = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "%")


def request_id(environ: Mapping[str, Any], tenant: str) -> str:
    """Name the request: by `X-Event-Id`, else derived from `Idempotency-Key`, else anew.

    A header without a readable value names it by nothing, which no event accepts as its id: a key that was lost must not become anybody's.
    """
    named, key = environ.get("HTTP_X_EVENT_ID"), environ.get("HTTP_IDEMPOTENCY_KEY")
    if key == "":
        return ""
    if named is not None:
        return str(named)
    return str(uuid_utils.uuid7()) if key is None else str(uuid.uuid5(NAMESPACE, f"{tenant}\n{key}"))


def item_id(request: str, index: int) -> str:
    """Name one event of a batch by its place in it."""
    return f"{request}:{index}" if request else ""


def header_value(event_id: str) -> str:
    """Write an id so that a header can carry it: whatever is not printable ASCII is percent-encoded."""
    return quote(event_id, safe=_SAFE_IN_HEADERS, errors="replace")
