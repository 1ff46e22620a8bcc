"""Reads players' states from the API all the while: what is not known yet may be said so, but never with an error of ours."""

import http.client
import threading
from collections import Counter
from random import Random
from types import TracebackType
from typing import Self

from eddyline.prove.messages import USERS
from eddyline.stack import ports

PAUSE_S = 0.1
ANSWER_WITHIN_S = 10.0


class Reader(threading.Thread):
    """Asks for one player after the other until its `with` block ends, and counts what it was answered."""

    def __init__(self, api_port: int, seed: int) -> None:
        """Describe the reader; nothing is asked before the block begins."""
        super().__init__(name="reader", daemon=True)
        self.answers: Counter[int] = Counter()
        """How often each status came; 0: no answer."""
        self._port, self._rng, self._stopped = api_port, Random(f"{seed}/reader"), threading.Event()  # noqa: S311 - a seed, not a secret
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopped.set()
        self.join()

    def run(self) -> None:
        """Ask until told to stop."""
        while not self._stopped.wait(PAUSE_S):
            self.answers[self._ask(f"/api/v1/players/user{self._rng.randrange(USERS)}")] += 1
        self._close()

    def _ask(self, path: str) -> int:
        self._connection = self._connection or http.client.HTTPConnection(ports.LOOPBACK, self._port, timeout=ANSWER_WITHIN_S)
        try:
            self._connection.request("GET", path)
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self._close()
            return 0
        return answer.status

    def _close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None
