"""What a lean route answers: a status, headers and bytes, ready for WSGI."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import msgspec

STATUS_LINES = {int(status): f"{int(status)} {status.phrase}" for status in HTTPStatus}
JSON = "application/json"
PROBLEM = "application/problem+json"
TEXT = "text/plain; charset=utf-8"
# No answer is for a browser to guess about, frame, keep or pass on; and it names no server software, which has its own flaws.
SECURITY_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("Server", "eddyline"),
)
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP response."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)


def answer(status: int, body: bytes, content_type: str, headers: Iterable[tuple[str, str]] = ()) -> Answer:
    """Build an answer that says its type and length."""
    return Answer(status, body, [("Content-Type", content_type), ("Content-Length", str(len(body))), *SECURITY_HEADERS, *headers])


def json_answer(status: int, document: Any, headers: Iterable[tuple[str, str]] = (), content_type: str = JSON) -> Answer:
    """Build an answer whose body is a JSON document."""
    return answer(status, bytes(_encode(document)), content_type, headers)
