"""Sends records to Kafka and waits for their acknowledgements: the only place that decides what was acknowledged."""

import time
from collections.abc import Sequence

import structlog

from api.breaker import Breaker
from api.metrics import Metrics
from api.records import Outcome, Outgoing
from eddyline.errors import EddylineError
from eddyline.kafka.log import Delivery, EventLog

_logger = structlog.get_logger()


class Sender:
    """Sends the records of one request together and waits for all of them at once."""

    def __init__(self, log: EventLog, breaker: Breaker, metrics: Metrics, ack_timeout_s: float) -> None:
        self._log = log
        self._breaker = breaker
        self._metrics = metrics
        self._patience_s = ack_timeout_s

    def send(self, records: Sequence[Outgoing]) -> list[Outcome]:
        """Hand all records to Kafka, wait for the acknowledgements and say for each what became of it."""
        if not records:
            return []  # nothing was tried, so the breaker learns nothing
        if not self._breaker.admits(time.monotonic()):
            return [Outcome.NOT_SENT] * len(records)
        # A probe may have queued for a thread already: it gets half the time, so that it too is answered soon.
        patience_s = self._patience_s / 2 if self._breaker.is_open else self._patience_s
        outcomes: list[Outcome] = []
        self._metrics.waiting.inc(len(records))
        try:
            deadline = time.monotonic() + patience_s
            deliveries = [self._append(record) for record in records]
            outcomes = [_outcome(delivery, deadline) for delivery in deliveries]
        finally:
            self._metrics.waiting.dec(len(records))
            self._report(outcomes)
        return outcomes

    def _append(self, record: Outgoing) -> Delivery | None:
        try:
            return self._log.append(record.topic, record.key, record.value, record.headers)
        except EddylineError:
            return None

    def _report(self, outcomes: list[Outcome]) -> None:
        # A full queue alone does not mean that Kafka is away, so what was not sent counts only if nothing arrived.
        if Outcome.UNCONFIRMED in outcomes or Outcome.ACKNOWLEDGED not in outcomes:
            if self._breaker.failed(time.monotonic()):
                _logger.error("Kafka does not acknowledge: requests are refused until it does")
            self._metrics.breaker_open.set(1)
        elif self._breaker.succeeded():
            _logger.info("Kafka acknowledges again")
            self._metrics.breaker_open.set(0)


def _outcome(delivery: Delivery | None, deadline: float) -> Outcome:
    if delivery is None:
        return Outcome.NOT_SENT
    try:
        delivery.result(max(0.0, deadline - time.monotonic()))
    except EddylineError:
        return Outcome.UNCONFIRMED
    return Outcome.ACKNOWLEDGED
