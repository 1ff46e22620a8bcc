"""The event routes: each reads a request, decides its items, sends them, and tells what became of them."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from threading import BoundedSemaphore, Lock
from typing import Any

from api import classroom
from api.answers import TEXT, Answer, answer
from api.body import Cut, Oversized, read_body
from api.identity import header_value, request_id
from api.ingest import Arrival, Item, decide, decide_all, is_array, is_lines, refuse, split
from api.kept_headers import kept_headers
from api.metrics import Metrics
from api.records import Outcome, Refused
from api.results import result, too_large
from api.sender import Sender
from eddyline.contracts.reasons import Reason
from eddyline.contracts.verdicts import Door, Rejected
from eddyline.settings import ApiSettings

Environ = dict[str, Any]
TENANT = "public"
# A large batch takes many times its size while it is decided: 32 of them at once took 1.7 GB, two at a time keep memory bounded.
LARGE_BATCH_BYTES = 256 * 1024
LARGE_BATCH_SEPARATORS = 5_000
LARGE_BATCHES = 2


class EventRoutes:
    """Handlers that take a WSGI environ and return an Answer."""

    def __init__(self, settings: ApiSettings, sender: Sender, metrics: Metrics) -> None:
        self._settings = settings
        self._sender = sender
        self._metrics = metrics
        self._large_batches = BoundedSemaphore(LARGE_BATCHES)
        self._splitting = Lock()

    def post_events(self, environ: Environ) -> Answer:
        """Take one event, a JSON array of events, or lines of them."""
        arrival = _arrive(environ)
        body = read_body(environ, self._settings.max_body_bytes)
        if not isinstance(body, bytes):
            return self._refuse_body(body, arrival)
        lines = is_lines(environ.get("CONTENT_TYPE") or "")
        if lines or is_array(body):
            with self._room_for(body, b"\n" if lines else b","):
                return self._take_batch(body, arrival, lines=lines)
        items, outcomes = self._send([decide(body, arrival)])
        return result(items[0].event_id, items, outcomes)

    def _take_batch(self, body: bytes, arrival: Arrival, *, lines: bool) -> Answer:
        limit = self._settings.max_batch_events
        # Eight megabytes of `[1,1,1,…]` are 400 MB for a moment; splitting holds the interpreter anyway, so one at a time costs nothing.
        with self._splitting:
            values = split(body, limit + 1, lines=lines)
        if isinstance(values, Rejected):
            return result(arrival.id, *self._send([refuse(Refused.of(body), values, arrival)]))
        if len(values) > limit:
            return self._refuse_size(Refused.of(body), f"the request has more than {limit} events", arrival)
        return result(arrival.id, *self._send(decide_all(values, arrival)))

    def purchase(self, environ: Environ, item_type: str) -> Answer:
        """Take the purchase of an item that the path names."""
        return self._classroom(environ, {"event_type": "purchase_item", "item_type": item_type}, b"Purchased!\n")

    def join_guild(self, environ: Environ) -> Answer:
        """Take a player into a guild."""
        return self._classroom(environ, {"event_type": "join_guild"}, b"Joined guild.\n")

    def leave_guild(self, environ: Environ) -> Answer:
        """Take a player out of a guild."""
        return self._classroom(environ, {"event_type": "leave_guild"}, b"Left guild.\n")

    def _classroom(self, environ: Environ, fixed: dict[str, str], done: bytes) -> Answer:
        arrival = _arrive(environ)
        body = read_body(environ, self._settings.max_body_bytes)
        if not isinstance(body, bytes):
            return self._refuse_body(body, arrival)
        value = classroom.compose(fixed, environ, body)
        item = decide(value, arrival) if isinstance(value, bytes) else refuse(Refused.of(body or _target(environ)), value, arrival)
        items, outcomes = self._send([item])
        if item.rejected is None and outcomes == [Outcome.ACKNOWLEDGED]:
            # Apache Bench counts a changed length as a failure: nothing of the event may stand in the body.
            return answer(200, done, TEXT, [("X-Event-Id", header_value(item.event_id))])
        return result(item.event_id, items, outcomes)

    def _refuse_body(self, body: Cut | Oversized, arrival: Arrival) -> Answer:
        if isinstance(body, Oversized):
            return self._refuse_size(body.kept, f"the body has more than {self._settings.max_body_bytes} bytes", arrival)
        cut = Rejected(Reason.MALFORMED_JSON, "the body ended before its declared length")
        return result(arrival.id, *self._send([refuse(Refused.of(body.value), cut, arrival)]))

    def _refuse_size(self, refused: Refused, detail: str, arrival: Arrival) -> Answer:
        _, outcomes = self._send([refuse(refused, Rejected(Reason.TOO_LARGE, detail), arrival)])
        return too_large(arrival.id, outcomes[0], detail)

    def _send(self, items: list[Item]) -> tuple[list[Item], Sequence[Outcome]]:
        outcomes = self._sender.send([item.record for item in items])
        self._metrics.count(items, outcomes)
        return items, outcomes

    def _room_for(self, body: bytes, separator: bytes) -> AbstractContextManager[Any]:
        large = len(body) > LARGE_BATCH_BYTES or body.count(separator) > LARGE_BATCH_SEPARATORS
        return self._large_batches if large else nullcontext()


def _arrive(environ: Environ) -> Arrival:
    door = Door(TENANT, kept_headers(environ), environ.get("REMOTE_ADDR"))
    return Arrival(request_id(environ, TENANT), datetime.now(UTC), door)


def _target(environ: Environ) -> bytes:
    return f"{environ.get('PATH_INFO', '')}?{environ.get('QUERY_STRING', '')}".encode("latin-1", errors="replace")
