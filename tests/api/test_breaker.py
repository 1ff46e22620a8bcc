import pytest

from api.breaker import Breaker


def test_all_are_admitted_while_kafka_acknowledges() -> None:
    breaker = Breaker()
    assert all(breaker.admits(now) for now in (0.0, 0.1, 0.2))
    assert not breaker.succeeded()
    assert not breaker.is_open


def test_after_a_failure_one_probe_at_a_time_is_admitted() -> None:
    # 10.0  failure   ── open
    # 10.1  request   ── refused
    # 10.3  request   ── the probe
    # 10.4  request   ── refused, the probe is under way
    # 12.8  probe fails
    # 13.0  request   ── refused
    # 13.2  request   ── the next probe
    # 13.3  probe succeeds ── closed
    breaker = Breaker(open_s=0.3, probe_s=5.0)
    assert breaker.failed(10.0)
    assert [breaker.admits(10.1), breaker.admits(10.3), breaker.admits(10.4)] == [False, True, False]
    assert not breaker.failed(12.8)
    assert [breaker.admits(13.0), breaker.admits(13.2), breaker.admits(13.25)] == [False, True, False]
    assert breaker.succeeded()
    assert breaker.admits(13.3)
    assert not breaker.is_open


def test_a_probe_that_never_reports_is_replaced() -> None:
    breaker = Breaker(open_s=0.3, probe_s=5.0)
    breaker.failed(0.0)
    assert breaker.admits(0.3)
    assert not breaker.admits(5.2)
    assert breaker.admits(5.4)


@pytest.mark.parametrize("failures", [1, 2, 50])
def test_one_success_closes_it_after_any_number_of_failures(failures: int) -> None:
    breaker = Breaker()
    news = [breaker.failed(float(number)) for number in range(failures)]
    assert news == [True, *[False] * (failures - 1)]
    assert breaker.succeeded()
    assert breaker.admits(float(failures))
