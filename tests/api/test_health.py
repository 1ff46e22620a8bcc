import threading
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from memory_log import MemoryLog

from api import health
from api.health import FRESH_S, BrokerWatch
from eddyline.errors import BrokerRefuses, BrokerUnavailable


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Broker:
    def __init__(self) -> None:
        self.asked = 0
        self.away = False

    def ask(self) -> None:
        self.asked += 1
        if self.away:
            raise BrokerUnavailable("the broker is away")


def test_the_broker_is_asked_at_most_once_a_second() -> None:
    # 100.0  asked, answers
    # 100.8  remembered
    # 101.0  asked, away
    # 101.5  remembered
    # 102.0  asked, answers
    broker, clock = Broker(), Clock()
    watch = BrokerWatch(broker.ask, clock)
    seen = []
    for second, away in [(100.0, False), (100.8, True), (101.0, True), (101.5, False), (102.0, False)]:
        clock.now, broker.away = second, away
        seen.append(watch.trouble())
    assert seen == ["", "", "the broker is away", "the broker is away", ""]
    assert broker.asked == 3
    assert FRESH_S < 1


def test_a_broker_that_does_not_answer_is_asked_once_and_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE_S", 0.01)
    answers, asked = threading.Event(), []

    def ask() -> None:
        asked.append(1)
        assert answers.wait(30)

    watch = BrokerWatch(ask)
    assert [watch.trouble() for _ in range(3)] == ["Kafka did not answer within 0.01 s"] * 3
    monkeypatch.setattr(health, "PATIENCE_S", 30)
    answers.set()
    assert watch.trouble() == ""
    assert asked == [1]


def test_the_process_lives_and_is_ready_only_with_its_broker(client: FlaskClient, log: MemoryLog, make_client: Callable[..., FlaskClient]) -> None:
    assert (client.get("/healthz").json, client.get("/readyz").status_code) == ({"status": "alive"}, 200)
    log.acknowledges = 0
    without = make_client()
    assert without.get("/healthz").status_code == 200
    answer = without.get("/readyz")
    assert (answer.status_code, answer.content_type, answer.headers["Retry-After"]) == (503, "application/problem+json", "1")


def test_a_refusal_tells_nobody_whom_the_broker_refused() -> None:
    def ask() -> None:
        raise BrokerRefuses("Kafka at kafka:9093 refuses the user lander")

    assert BrokerWatch(ask).trouble() == "Kafka does not let the API in: the API's log says why"
