"""The event routes: each reads a request, decides its items, sends them, and tells what became of them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from threading import BoundedSemaphore, Lock
from typing import Any

from api import classroom
from api.answers import TEXT, Answer, answer
from api.body import Cut, Oversized, is_ambiguous, may_be_large
from api.caller import Caller, caller_of
from api.identity import header_value, request_id
from api.ingest import Arrival, Item, decide, decide_all, is_array, is_lines, refuse, split
from api.items import has_more_items_than
from api.kept_headers import kept_headers
from api.limiter import Limiter
from api.metrics import Metrics
from api.problems import problem_answer
from api.records import Outcome, Refused
from api.results import Sent, limited, result, too_large
from api.sender import Sender
from api.uploads import Slow, Uploads
from eddyline.contracts.reasons import Reason
from eddyline.contracts.verdicts import Door, Rejected
from eddyline.settings import ApiSettings

Environ = dict[str, Any]
Handler = Callable[[Environ, Arrival, Caller], Answer]
# A large batch takes many times its size while it is decided: 32 of them at once took 1.7 GB, two at a time keep memory bounded.
LARGE_BATCH_BYTES = 256 * 1024
LARGE_BATCH_SEPARATORS = 5_000
LARGE_BATCHES = 2
# Of the threads, as many as may hold a body that is or may be large, and as many again may wait for that: the others are for small ones.
LARGE_SHARE = 4
TURN_S = 5.0
BUSY_RETRY_AFTER_S = 5


class EventRoutes:
    """Handlers that take a WSGI environ and return an Answer."""

    def __init__(self, settings: ApiSettings, sender: Sender, metrics: Metrics, limiter: Limiter, uploads: Uploads | None = None) -> None:
        self._settings = settings
        self._sender = sender
        self._metrics = metrics
        self._limiter = limiter
        self._uploads = uploads or Uploads(settings.max_body_bytes, settings.threads)
        large = max(1, settings.threads // LARGE_SHARE)
        self._large_bodies, self._large_requests = BoundedSemaphore(large), BoundedSemaphore(2 * large)
        self._large_batches = BoundedSemaphore(LARGE_BATCHES)
        self._splitting = Lock()

    def post_events(self, environ: Environ) -> Answer:
        """Take one event, a JSON array of events, or lines of them."""
        return self._admit(environ, self._post_events)

    def purchase(self, environ: Environ, item_type: str) -> Answer:
        """Take the purchase of an item that the path names."""
        return self._classroom(environ, {"event_type": "purchase_item", "item_type": item_type}, b"Purchased!\n")

    def join_guild(self, environ: Environ) -> Answer:
        """Take a player into a guild."""
        return self._classroom(environ, {"event_type": "join_guild"}, b"Joined guild.\n")

    def leave_guild(self, environ: Environ) -> Answer:
        """Take a player out of a guild."""
        return self._classroom(environ, {"event_type": "leave_guild"}, b"Left guild.\n")

    def _admit(self, environ: Environ, handler: Handler) -> Answer:
        caller = caller_of(environ)
        arrival = _arrive(environ, caller)
        spent = self._limiter.take_events(caller, 1)
        if spent is not None:
            self._metrics.turn_away("too_many_events")
            return limited(arrival.id, "too_many_events", spent)
        if is_ambiguous(environ):
            return self._turn_away(400, "ambiguous_body", arrival)
        if not may_be_large(environ, LARGE_BATCH_BYTES):
            return handler(environ, arrival, caller)
        with self._turn() as is_ours:
            if is_ours:
                return handler(environ, arrival, caller)
        self._uploads.discard(environ)
        return self._turn_away(503, "busy", arrival, ("Retry-After", str(BUSY_RETRY_AFTER_S)))

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        if not self._large_requests.acquire(blocking=False):
            yield False
            return
        try:
            is_ours = self._large_bodies.acquire(timeout=TURN_S)
            try:
                yield is_ours
            finally:
                if is_ours:
                    self._large_bodies.release()
        finally:
            self._large_requests.release()

    def _turn_away(self, status: int, kind: str, arrival: Arrival, *headers: tuple[str, str]) -> Answer:
        self._metrics.turn_away(kind)
        return problem_answer(status, kind, "", [("X-Event-Id", header_value(arrival.id)), *headers])

    def _post_events(self, environ: Environ, arrival: Arrival, caller: Caller) -> Answer:
        body = self._uploads.read(environ)
        if not isinstance(body, bytes):
            return self._refuse_body(body, arrival, caller)
        lines = is_lines(environ.get("CONTENT_TYPE") or "")
        if lines or is_array(body):
            with self._room_for(body, b"\n" if lines else b","):
                return self._take_batch(body, arrival, caller, lines=lines)
        items = [decide(body, arrival)]
        return result(items[0].event_id, items, self._send(items, caller))

    def _take_batch(self, body: bytes, arrival: Arrival, caller: Caller, *, lines: bool) -> Answer:
        limit = self._settings.max_batch_events
        # Counting and splitting hold the interpreter anyway, so one at a time costs nothing and bounds the memory.
        with self._splitting:
            values = [] if not lines and has_more_items_than(body, limit) else split(body, limit + 1, lines=lines)
        if isinstance(values, Rejected):
            items = [refuse(Refused.of(body), values, arrival)]
            return result(arrival.id, items, self._send(items, caller))
        if not 0 < len(values) <= limit:
            return self._refuse_size(Refused.of(body), f"the request has more than {limit} events", arrival, caller)
        spent = self._limiter.take_events(caller, len(values) - 1)
        if spent is not None:
            self._metrics.turn_away("too_many_events")
            return limited(arrival.id, "too_many_events", spent)
        items = decide_all(values, arrival)
        return result(arrival.id, items, self._send(items, caller))

    def _classroom(self, environ: Environ, fixed: dict[str, str], done: bytes) -> Answer:
        return self._admit(environ, lambda environ, arrival, caller: self._take_classroom(environ, arrival, caller, fixed, done))

    def _take_classroom(self, environ: Environ, arrival: Arrival, caller: Caller, fixed: dict[str, str], done: bytes) -> Answer:
        body = self._uploads.read(environ)
        if not isinstance(body, bytes):
            return self._refuse_body(body, arrival, caller)
        value = classroom.compose(fixed, environ, body)
        item = decide(value, arrival) if isinstance(value, bytes) else refuse(Refused.of(body or _target(environ)), value, arrival)
        sent = self._send([item], caller)
        if item.rejected is None and sent.outcomes == [Outcome.ACKNOWLEDGED]:
            # Apache Bench counts a changed length as a failure: nothing of the event may stand in the body.
            return answer(200, done, TEXT, [("X-Event-Id", header_value(item.event_id))])
        return result(item.event_id, [item], sent)

    def _refuse_body(self, body: Cut | Oversized | Slow, arrival: Arrival, caller: Caller) -> Answer:
        if isinstance(body, Slow):
            return self._turn_away(408, "slow_body", arrival, ("Connection", "close"))
        if isinstance(body, Oversized):
            return self._refuse_size(body.kept, f"the body has more than {self._settings.max_body_bytes} bytes", arrival, caller)
        items = [refuse(Refused.of(body.value), Rejected(Reason.MALFORMED_JSON, "the body ended before its declared length"), arrival)]
        return result(arrival.id, items, self._send(items, caller))

    def _refuse_size(self, refused: Refused, detail: str, arrival: Arrival, caller: Caller) -> Answer:
        sent = self._send([refuse(refused, Rejected(Reason.TOO_LARGE, detail), arrival)], caller)
        return too_large(arrival.id, sent, detail)

    def _send(self, items: list[Item], caller: Caller) -> Sent:
        spent = self._limiter.take_dead_letters(caller, [len(item.record.value) for item in items if item.rejected]) if caller.key_id else None
        if spent is None:
            sent = Sent(self._sender.send([item.record for item in items]))
        else:
            valid = iter(self._sender.send([item.record for item in items if item.rejected is None]))
            sent = Sent([Outcome.DROPPED if item.rejected else next(valid) for item in items], spent)
        self._metrics.count(items, sent.outcomes)
        return sent

    def _room_for(self, body: bytes, separator: bytes) -> AbstractContextManager[Any]:
        large = len(body) > LARGE_BATCH_BYTES or body.count(separator) > LARGE_BATCH_SEPARATORS
        return self._large_batches if large else nullcontext()


def _arrive(environ: Environ, caller: Caller) -> Arrival:
    door = Door(caller.tenant, kept_headers(environ), environ.get("REMOTE_ADDR"))
    return Arrival(request_id(environ, caller.tenant), datetime.now(UTC), door)


def _target(environ: Environ) -> bytes:
    return f"{environ.get('PATH_INFO', '')}?{environ.get('QUERY_STRING', '')}".encode("latin-1", errors="replace")
