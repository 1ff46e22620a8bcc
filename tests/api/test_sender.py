from memory_log import MemoryLog

from api.breaker import Breaker
from api.metrics import Metrics
from api.records import Outcome, Outgoing
from api.sender import Sender

RECORD = Outgoing("events", b"user", b"{}", [])
ACKNOWLEDGED, UNCONFIRMED, NOT_SENT = Outcome.ACKNOWLEDGED, Outcome.UNCONFIRMED, Outcome.NOT_SENT


def sender(log: MemoryLog, breaker: Breaker | None = None) -> Sender:
    return Sender(log, breaker or Breaker(), Metrics(), ack_timeout_s=0.05)


def test_what_the_broker_stored_is_acknowledged() -> None:
    log = MemoryLog()
    assert sender(log).send([RECORD] * 3) == [ACKNOWLEDGED] * 3
    assert len(log.events) == 3


def test_a_broker_that_fails_in_the_middle_of_a_batch_leaves_the_rest_unconfirmed() -> None:
    log = MemoryLog(acknowledges=2)
    assert sender(log).send([RECORD] * 4) == [ACKNOWLEDGED] * 2 + [UNCONFIRMED] * 2
    assert log.appended == 4


def test_a_broker_that_says_nothing_is_waited_for_once_for_all_records() -> None:
    log = MemoryLog(acknowledges=0, then="silent")
    assert sender(log).send([RECORD] * 100) == [UNCONFIRMED] * 100
    assert log.appended == 100


def test_a_full_queue_means_not_sent() -> None:
    log = MemoryLog(acknowledges=1, then="full")
    breaker = Breaker()
    assert sender(log, breaker).send([RECORD] * 3) == [ACKNOWLEDGED, NOT_SENT, NOT_SENT]
    assert not breaker.is_open


def test_a_full_queue_that_takes_nothing_opens_the_breaker() -> None:
    breaker = Breaker()
    assert sender(MemoryLog(acknowledges=0, then="full"), breaker).send([RECORD]) == [NOT_SENT]
    assert breaker.is_open


def test_an_open_breaker_keeps_records_from_kafka() -> None:
    log = MemoryLog(acknowledges=0)
    breaker = Breaker(open_s=3600)
    assert sender(log, breaker).send([RECORD]) == [UNCONFIRMED]
    assert sender(log, breaker).send([RECORD] * 2) == [NOT_SENT] * 2
    assert log.appended == 1


def test_the_first_acknowledgement_of_a_probe_closes_the_breaker() -> None:
    log = MemoryLog(acknowledges=0)
    breaker = Breaker(open_s=0)
    assert sender(log, breaker).send([RECORD]) == [UNCONFIRMED]
    log.acknowledges = 10
    assert sender(log, breaker).send([RECORD]) == [ACKNOWLEDGED]
    assert not breaker.is_open


def test_the_metrics_show_the_breaker_and_that_nothing_waits_afterwards() -> None:
    log, metrics = MemoryLog(acknowledges=0), Metrics()
    sends = Sender(log, Breaker(open_s=0), metrics, ack_timeout_s=0.05)
    sends.send([RECORD])
    assert metrics.registry.get_sample_value("eddyline_api_breaker_open") == 1
    log.acknowledges = 10
    sends.send([RECORD])
    assert metrics.registry.get_sample_value("eddyline_api_breaker_open") == 0
    assert metrics.registry.get_sample_value("eddyline_api_waiting_records") == 0
