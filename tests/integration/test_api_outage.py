"""The broker goes away under load, and comes back."""

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from api_server import ApiServer, Load, running_api, stored_ids

from eddyline.settings import KafkaSettings
from eddyline.stack import jars
from eddyline.stack.broker import Broker

pytestmark = pytest.mark.integration
CONNECTIONS = 256
AWAY_S = 6.0
SLOWEST_S = 3.0
BACK_WITHIN_S = 15.0
MEMORY_BYTES = 200_000_000


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    jars.fetch("kafka")
    broker = Broker(tmp_path / "broker").start()
    yield broker
    broker.stop()


def go_away(broker: Broker, how: str) -> None:
    process = psutil.Process(broker.pid)
    if how == "frozen":
        process.suspend()
        while process.status() != psutil.STATUS_STOPPED:
            time.sleep(0.01)
    else:
        process.kill()
        process.wait(10)


def come_back(broker: Broker, how: str) -> None:
    if how == "frozen":
        psutil.Process(broker.pid).resume()
    else:
        broker.stop()
        broker.start()


def memory_of(server: ApiServer) -> int:
    return sum(psutil.Process(pid).memory_info().rss for pid in server.worker_pids)


@pytest.mark.parametrize("how", ["killed", "frozen"])
def test_an_outage_costs_quick_refusals_and_no_acknowledged_event(own_broker: Broker, how: str) -> None:
    kafka = KafkaSettings(bootstrap_servers=own_broker.bootstrap_servers)
    with running_api(kafka) as server:
        [worker] = server.worker_pids
        load = Load(server, CONNECTIONS)
        with load.running():
            load.wait_for(202, CONNECTIONS)
            go_away(own_broker, how)
            away_at = time.monotonic()
            load.wait_for(503, 3 * CONNECTIONS)
            time.sleep(max(0.0, away_at + AWAY_S - time.monotonic()))
            assert server.status("/healthz") == 200
            assert server.status("/readyz") == 503
            memory = memory_of(server)
            assert not [reply for reply in load.of(202) if reply.sent_at > away_at]
            come_back(own_broker, how)
            back_at = time.monotonic()
            first = load.wait_for(202, 1, after=back_at)
            load.wait_for(202, CONNECTIONS, after=back_at)
        assert server.worker_pids == [worker], "it recovers without a restart"
        slowest = max(reply.seconds for reply in load.replies)
        back_after = first.came_at - back_at
        print(f"{how}: slowest answer {slowest:.2f} s, back after {back_after:.1f} s, worker {memory / 1e6:.0f} MB, {len(load.replies)} answers")
        assert {reply.status for reply in load.replies} == {202, 503}
        assert load.broken == 0
        assert slowest < SLOWEST_S
        assert back_after < BACK_WITHIN_S
        assert memory < MEMORY_BYTES
        assert {reply.event_id for reply in load.of(202)} <= set(stored_ids(kafka, load))


def test_an_api_that_starts_before_its_broker_serves_once_it_is_there(tmp_path: Path) -> None:
    jars.fetch("kafka")
    broker = Broker(tmp_path / "broker")
    kafka = KafkaSettings(bootstrap_servers=broker.bootstrap_servers)
    with running_api(kafka, ready=False) as server:
        assert server.status("/healthz") == 200
        assert server.status("/readyz") == 503
        assert server.status("/purchase_a_sword?user_id=ada") == 503
        broker.start()
        try:
            load = Load(server, 1)
            with load.running():
                load.wait_for(202, 1)
            assert server.status("/readyz") == 200
        finally:
            broker.stop()
