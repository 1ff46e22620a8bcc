"""Is the process alive, and does the broker answer?"""

import time
from collections.abc import Callable
from threading import Event, Lock, Thread

from flask import Flask, Response

from api.answers import JSON, json_answer
from api.flask_answers import to_flask
from api.problems import problem_answer
from eddyline.contracts.topics import INPUT_TOPICS
from eddyline.errors import BrokerRefuses, EddylineError
from eddyline.kafka.log import EventLog

FRESH_S = 0.9
# Every answer comes within three seconds, though a client may ask a broker that is away for much longer.
PATIENCE_S = 2.0


def ask_broker(log: EventLog) -> Callable[[], None]:
    """Make the question whether the input topics can be reached; it raises EddylineError if not."""

    def ask() -> None:
        for topic in INPUT_TOPICS:
            log.end_offsets(topic.name)

    return ask


class BrokerWatch:
    """Remembers for less than a second whether the broker answered; one thread asks, whoever waits."""

    def __init__(self, ask: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = Lock()
        self._asking: Event | None = None
        self._asked_at = float("-inf")
        self._trouble = "the broker was not asked yet"

    def trouble(self) -> str:
        """Say why the broker cannot be used, in a sentence; empty if it answered."""
        with self._lock:
            if self._asking is None and self._clock() - self._asked_at < FRESH_S:
                return self._trouble
            if self._asking is None:
                self._asking = Event()
                Thread(target=self._answer, args=(self._asking,), name="broker-watch", daemon=True).start()
            asking = self._asking
        if not asking.wait(PATIENCE_S):
            return f"Kafka did not answer within {PATIENCE_S} s"
        return self._trouble

    def _answer(self, asking: Event) -> None:
        trouble = ""
        try:
            self._ask()
        except BrokerRefuses:
            # The reason names the user, and anybody may ask.
            trouble = "Kafka does not let the API in: the API's log says why"
        except EddylineError as error:
            trouble = str(error)
        with self._lock:
            self._trouble, self._asked_at, self._asking = trouble, self._clock(), None
        asking.set()


def add_routes(app: Flask, watch: BrokerWatch) -> None:
    """Add /healthz and /readyz."""

    def healthz() -> Response:
        return Response(b'{"status":"alive"}', 200, mimetype=JSON)

    def readyz() -> Response:
        trouble = watch.trouble()
        return to_flask(problem_answer(503, "broker_unavailable", trouble, [("Retry-After", "1")]) if trouble else json_answer(200, {"status": "ready"}))

    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/readyz", view_func=readyz)
