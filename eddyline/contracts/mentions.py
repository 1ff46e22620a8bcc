"""Whether a record that became no event is about a player: decided from its key, its bytes and what was noted beside it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

PUBLIC = "public"
# Within a label: `user1` stands in the host `user1.comcast.com`, and not in `user12`.
_WITHIN = r"[\w@-]"


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is to be forgotten: a player of a tenant."""

    tenant: str
    user: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is kept of a record; `texts` are its headers as JSON, its id, and the like."""

    value: bytes | None
    key: bytes | None = None
    texts: tuple[str | None, ...] = ()
    tenant: str | None = None
    """As the door knows it from the credential; what the value claims counts only without it."""


class _Number(str):
    """A number as it was spelled: an id, but no mention."""

    __slots__ = ()


class _Object(tuple[tuple[str, Any], ...]):
    """A JSON object with every key it has, those that stand twice, too."""

    __slots__ = ()


def concerns(subject: Subject, evidence: Evidence) -> bool:
    """Tell whether a record is about the subject.

    A record that names another player in `user_id` is that player's. One that names nobody concerns the subject where the name stands in it.
    """
    document = _read(evidence.value)
    if (evidence.tenant or next(_named(document, "tenant"), PUBLIC)) != subject.tenant:
        return False
    users = list(_named(document, "user_id"))
    if users or evidence.key == subject.user.encode():
        return subject.user in users or evidence.key == subject.user.encode()
    stands = re.compile(f"(?<!{_WITHIN}){re.escape(subject.user)}(?!{_WITHIN})")
    return any(stands.search(text) for text in _texts(document, evidence))


def may_concern(subject: Subject, value: bytes | None) -> bool:
    """Tell at little cost whether a value is worth a closer look: where this says no, its bytes concern nobody of that name."""
    return value is not None and (subject.user.encode(errors="surrogatepass") in value or b"\\" in value)


def _read(value: bytes | None) -> Any:
    try:
        return json.loads((value or b"").decode(), parse_int=_Number, parse_float=_Number, object_pairs_hook=_Object)
    except (ValueError, RecursionError):
        return None


def _named(document: Any, field: str) -> Iterator[str]:
    if isinstance(document, _Object):
        yield from (str(value) for name, value in document if name == field and isinstance(value, str) and value)


def _texts(document: Any, evidence: Evidence) -> Iterator[str]:
    if document is None:
        yield (evidence.value or b"").decode(errors="replace")
    yield from _strings(document)
    for text in evidence.texts:
        if text:
            read = _read(text.encode(errors="replace"))
            yield from _strings(text if read is None else read)


def _strings(document: Any) -> Iterator[str]:
    rest = [document]
    while rest:
        match rest.pop():
            case _Number():
                continue
            case str() as text:
                yield text
            case list() | tuple() as parts:
                rest += parts
