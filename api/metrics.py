"""What the API counts, for Prometheus; with several workers, the sum over all of them."""

import os
from collections.abc import Sequence
from pathlib import Path

import psutil
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess

from api.ingest import Item
from api.records import Outcome

# prometheus_client's own name for the folder in which the workers of one server meet; set by `python -m api`.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS_DOC = "Time from a request's arrival at an event route to its answer."
BREAKER_DOC = "1 while requests are refused because Kafka is away; of several workers, the worst."
WAITING_DOC = "Records that wait for Kafka's acknowledgement."
TURNED_AWAY_DOC = "Requests answered before their events were looked at, so that nothing of them is stored, by problem."
BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 3.0, 5.0)


class Metrics:
    """The counters of one worker; `waiting` and `breaker_open` are set by whoever sends to Kafka."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._events = Counter("eddyline_api_events", "Events that came, by type and what became of them.", ["event_type", "result"], registry=self.registry)
        self._rejected = Counter("eddyline_api_rejected_events", "Refused events, by reason.", ["reason"], registry=self.registry)
        self._seconds = Histogram("eddyline_api_request_seconds", SECONDS_DOC, ["route", "status"], registry=self.registry, buckets=BUCKETS_S)
        self.breaker_open = Gauge("eddyline_api_breaker_open", BREAKER_DOC, registry=self.registry, multiprocess_mode="livemax")
        self.waiting = Gauge("eddyline_api_waiting_records", WAITING_DOC, registry=self.registry, multiprocess_mode="livesum")
        self._turned_away = Counter("eddyline_api_turned_away", TURNED_AWAY_DOC, ["problem"], registry=self.registry)
        self._event_counters: dict[tuple[str, str], Counter] = {}
        self._timers: dict[tuple[str, int], Histogram] = {}

    def count(self, items: Sequence[Item], outcomes: Sequence[Outcome]) -> None:
        """Count a request's items."""
        for item, outcome in zip(items, outcomes, strict=True):
            if item.rejected is not None:
                self._rejected.labels(str(item.rejected.reason)).inc()
            result = str(outcome) if item.rejected is None or outcome is not Outcome.ACKNOWLEDGED else "rejected"
            self._event_counter(item.event_type, result).inc()

    def turn_away(self, problem: str) -> None:
        """Count a request of which nothing is stored."""
        self._turned_away.labels(problem).inc()

    def time(self, route: str, status: int, seconds: float) -> None:
        """Note how long an answer took."""
        timer = self._timers.get((route, status))
        if timer is None:
            timer = self._timers.setdefault((route, status), self._seconds.labels(route, str(status)))
        timer.observe(seconds)

    def _event_counter(self, event_type: str, result: str) -> Counter:
        counter = self._event_counters.get((event_type, result))
        return counter or self._event_counters.setdefault((event_type, result), self._events.labels(event_type, result))

    def render(self) -> bytes:
        """Write all in Prometheus' text format."""
        if not os.environ.get(SHARED_FOLDER):
            return generate_latest(self.registry)
        shared = CollectorRegistry()
        multiprocess.MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
        return generate_latest(shared)


def forget_dead_workers() -> None:
    """Take what workers that are gone left in the shared gauges out of the sums."""
    folder = os.environ.get(SHARED_FOLDER)
    for file in Path(folder).glob("gauge_live*.db") if folder else ():
        pid = int(file.stem.rpartition("_")[2])
        if not psutil.pid_exists(pid):
            multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]
