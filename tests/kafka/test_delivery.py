"""A Delivery tells every waiting thread the same, once it is settled."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from eddyline.errors import BrokerUnavailable, RecordTooLarge
from eddyline.kafka.log import Delivery


def test_every_waiting_thread_gets_the_acknowledged_position() -> None:
    delivery = Delivery()
    with ThreadPoolExecutor(8) as threads:
        waiting = [threads.submit(delivery.result) for _ in range(8)]
        delivery.acknowledge(3, 41)
    assert [each.result() for each in waiting] == [(3, 41)] * 8
    assert delivery.settled
    assert delivery.result(timeout_s=0) == (3, 41)


def test_a_failure_is_raised_at_each_asking() -> None:
    delivery = Delivery()
    delivery.fail(RecordTooLarge("too large"))
    for _ in range(2):
        with pytest.raises(RecordTooLarge):
            delivery.result()


def test_no_acknowledgement_in_time_is_unavailable_and_may_still_come() -> None:
    delivery = Delivery()
    with pytest.raises(BrokerUnavailable, match="same event id"):
        delivery.result(timeout_s=0.01)
    assert not delivery.settled
    delivery.acknowledge(0, 7)
    assert delivery.result() == (0, 7)
