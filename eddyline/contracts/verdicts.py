"""What a decoder answers: an event, or why there is none; and what the door adds to either."""

from dataclasses import dataclass, field
from datetime import datetime

from eddyline.contracts.events import MAX_HEADERS, MAX_NAME_CHARACTERS, GameEvent
from eddyline.contracts.reasons import Reason

MAX_HEADER_CHARACTERS = 16_384


@dataclass(frozen=True, slots=True)
class Accepted:
    """An event whose envelope is whole: id, occurred_at and received_at are set, all instants in UTC."""

    event: GameEvent


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a value is no event; `detail` never holds a part of the value.

    `event_id`, `tenant` and `occurred_at` are what the value says of itself, where that can be read.
    """

    reason: Reason
    detail: str
    event_id: str | None = None
    tenant: str | None = None
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Door:
    """What the door knows of a request and a client cannot claim.

    `problem` says why no event can carry these facts, for example too many headers; then every event of the request is refused.
    Raises ValueError for a tenant that no event can carry: tenants come from the operator, not from the request.
    """

    tenant: str
    headers: dict[str, str]
    remote_address: str | None
    problem: str | None = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if not (1 <= len(self.tenant) <= MAX_NAME_CHARACTERS and encodable(self.tenant)):
            raise ValueError(f"a tenant's name has 1 to {MAX_NAME_CHARACTERS} characters; correct the credential's tenant")
        object.__setattr__(self, "problem", self._problem())

    def _problem(self) -> str | None:
        text = "".join([*self.headers, *self.headers.values(), self.remote_address or ""])
        if len(self.headers) > MAX_HEADERS:
            return f"the request has more than {MAX_HEADERS} headers"
        if len(text) > MAX_HEADER_CHARACTERS or len(self.remote_address or "") > MAX_NAME_CHARACTERS:
            return f"the request's headers have more than {MAX_HEADER_CHARACTERS} characters"
        return None if encodable(text) else "the request's headers are not text"


def encodable(text: str) -> bool:
    """Say whether a text has no lone surrogate, so that UTF-8 can carry it."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)
