"""Bodies on their way in: how long each may take, so that slow clients cannot hold the threads that answer others."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from api.body import Cut, Oversized, declared_length, discard_body, read_body
from api.connections import Debt

LOOK_EVERY_S = 0.25
# What takes less is nobody's trouble; what takes more is looked at.
SLOW_AFTER_S = 0.5
_logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pace:
    """The time a body may take: at first `patience_s`, then what its bytes need at `bytes_per_s`."""

    patience_s: float
    bytes_per_s: int

    def allowed_s(self, length: int) -> float:
        """Return how long a body of this length may take."""
        return self.patience_s + length / self.bytes_per_s


# A phone on a bad line manages the first; the second holds while slow bodies keep a quarter of the threads.
USUAL = Pace(10.0, 100_000)
PRESSED = Pace(1.0, 1_000_000)


class Slow:
    """A body that did not arrive in time."""


@dataclass(slots=True, eq=False)
class Upload:
    """A body that a thread is reading."""

    peer: str
    length: int
    started_at: float
    ended: bool = False


class Uploads:
    """The bodies that are being read, and who ends those that take too long."""

    def __init__(self, limit: int, threads: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._crowd = max(1, threads // 4)
        self._clock = clock
        self._open: set[Upload] = set()

    def read(self, environ: dict[str, Any]) -> bytes | Cut | Oversized | Slow:
        """Read a request's body; Slow if `look` ended it."""
        length = declared_length(environ)
        if length == 0:
            return read_body(environ, self._limit)
        upload = self._begin(environ, length)
        try:
            body = read_body(environ, self._limit)
        finally:
            self._open.discard(upload)
        return Slow() if upload.ended else body

    def discard(self, environ: dict[str, Any]) -> None:
        """Read a request's body and keep nothing of it."""
        upload = self._begin(environ, declared_length(environ))
        try:
            discard_body(environ, self._limit)
        finally:
            self._open.discard(upload)

    def _begin(self, environ: dict[str, Any], length: int | None) -> Upload:
        upload = Upload(environ.get("REMOTE_ADDR") or "", self._limit if length is None else length, self._clock())
        self._open.add(upload)
        return upload

    def look(self, debts: Callable[[], list[Debt]], forget: Callable[[], None]) -> int:
        """End the bodies that have taken too long; return how many."""
        now = self._clock()
        slow = sorted((upload for upload in self._open.copy() if now - upload.started_at > SLOW_AFTER_S), key=lambda upload: upload.started_at)
        if not slow:
            forget()
            return 0
        pace = PRESSED if len(slow) >= self._crowd else USUAL
        late = [upload for upload in slow if now - upload.started_at > pace.allowed_s(upload.length)]
        return _end(late, debts())

    def watch(self, debts: Callable[[], list[Debt]], forget: Callable[[], None]) -> None:
        """Look again and again, in a thread of its own."""
        again = threading.Event()
        while True:
            again.wait(LOOK_EVERY_S)
            ended = self.look(debts, forget)
            if ended:
                _logger.warning("bodies came too slowly: their requests were ended", requests=ended)


def _end(late: list[Upload], debts: list[Debt]) -> int:
    # Which connection a body comes by is not known: of those from its address, the one that was owed an answer for the longest.
    left, ended = list(debts), 0
    for upload in late:
        of_peer = next((debt for debt in left if debt.peer == upload.peer), None)
        if of_peer is None:
            continue
        left.remove(of_peer)
        upload.ended = True
        ended += of_peer.end_reading()
    return ended
