"""Reads a request's body, up to a limit, and notices when the client promised more than it sent."""

import hashlib
from dataclasses import dataclass
from typing import Any, Protocol

from api.records import Refused
from eddyline.contracts.decode import MAX_EVENT_BYTES

CHUNK = 64 * 1024
# A client that writes before it reads sees our 413 only if we take what it sends; beyond twice the limit we hang up.
DRAINED_LIMITS = 2


class Stream(Protocol):
    """What WSGI promises of `wsgi.input`."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Cut:
    """A body that ended before its declared length."""

    value: bytes


@dataclass(frozen=True, slots=True)
class Oversized:
    """A body above the limit: what is kept of it."""

    kept: Refused


def read_body(environ: dict[str, Any], limit: int) -> bytes | Cut | Oversized:
    """Read the whole body if it has at most `limit` bytes."""
    declared = _declared(environ.get("CONTENT_LENGTH"))
    if declared is None:
        return _read_undeclared(environ["wsgi.input"], limit) if environ.get("wsgi.input_terminated") else b""
    if declared > limit:
        return _drain(environ["wsgi.input"], b"", limit, declared)
    value = _read(environ["wsgi.input"], declared) if declared else b""
    return value if len(value) == declared else Cut(value)


def may_be_large(environ: dict[str, Any], limit: int) -> bool:
    """Say whether the body has more than `limit` bytes, or does not say how many."""
    declared = declared_length(environ)
    return declared is None or declared > limit


def discard_body(environ: dict[str, Any], limit: int) -> None:
    """Read what the client still writes, and keep nothing: it reads our answer only afterwards."""
    length, stream = 0, environ["wsgi.input"]
    while length < limit and (chunk := stream.read(CHUNK)):
        length += len(chunk)


def declared_length(environ: dict[str, Any]) -> int | None:
    """Return the length a body says it has, 0 if there is none; None if it does not say."""
    declared = _declared(environ.get("CONTENT_LENGTH"))
    return 0 if declared is None and "HTTP_TRANSFER_ENCODING" not in environ else declared


def is_ambiguous(environ: dict[str, Any]) -> bool:
    """Say whether servers could disagree where a body ends, or what it is: how requests are smuggled past a proxy."""
    encoding = environ.get("HTTP_TRANSFER_ENCODING")
    return encoding is not None and (encoding.strip().lower() != "chunked" or "CONTENT_LENGTH" in environ)


def _declared(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _read_undeclared(stream: Stream, limit: int) -> bytes | Oversized:
    value = _read(stream, limit + 1)
    return value if len(value) <= limit else _drain(stream, value, limit, 0)


def _read(stream: Stream, size: int) -> bytes:
    # Always with a size: granian's `read()` without one loses what an earlier sized read left over.
    value = stream.read(size)
    while len(value) < size and (more := stream.read(size - len(value))):
        value += more
    return value


def _drain(stream: Stream, start: bytes, limit: int, declared: int) -> Oversized:
    digest, length, kept = hashlib.sha256(start), len(start), start[:MAX_EVENT_BYTES]
    while length < limit * DRAINED_LIMITS and (chunk := stream.read(CHUNK)):
        digest.update(chunk)
        length += len(chunk)
        if len(kept) < MAX_EVENT_BYTES:
            kept = (kept + chunk)[:MAX_EVENT_BYTES]
    return Oversized(Refused(kept, max(length, declared), digest.hexdigest()))
