"""The broker as a native process: ready when it answers, the same data after any end."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from eddyline.errors import ComponentFailed
from eddyline.kafka import topics
from eddyline.kafka.clients import connect
from eddyline.settings import KafkaSettings
from eddyline.stack import ports
from eddyline.stack.broker import Broker

pytestmark = pytest.mark.integration


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    found = Broker(tmp_path / "broker")
    yield found
    found.kill()


def append(broker: Broker, value: bytes) -> None:
    log = connect(KafkaSettings(bootstrap_servers=broker.bootstrap_servers))
    log.append("events", None, value).result(30)
    log.close()


def ends(broker: Broker) -> int:
    log = connect(KafkaSettings(bootstrap_servers=broker.bootstrap_servers))
    try:
        return sum(end for _, end in log.end_offsets("events").values())
    finally:
        log.close()


def test_what_was_acknowledged_is_there_after_a_kill_and_on_other_ports(broker: Broker) -> None:
    broker.start()
    topics.create_topics(KafkaSettings(bootstrap_servers=broker.bootstrap_servers))
    append(broker, b"1")
    pid = broker.pid
    broker.kill()
    assert not psutil.pid_exists(pid)
    moved = Broker(broker.folder)
    assert moved.port != broker.port
    moved.start()
    try:
        append(moved, b"2")
        assert ends(moved) == 2
    finally:
        moved.stop()


def test_it_listens_on_loopback_only(broker: Broker) -> None:
    broker.start()
    listening = {c.laddr.ip for c in psutil.Process(broker.pid).net_connections("tcp") if c.status == psutil.CONN_LISTEN}
    assert listening <= {"127.0.0.1", "::ffff:127.0.0.1"}
    assert len(listening) > 0


def test_a_broker_whose_port_is_taken_says_so_and_is_gone(tmp_path: Path) -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as taken:
        broker = Broker(tmp_path / "broker", port=taken.getsockname()[1])
        with pytest.raises(ComponentFailed, match=r"broker ended with exit code .*broker\.log"):
            broker.start()
    with pytest.raises(ProcessLookupError):
        os.kill(broker.pid, 0)


def test_a_format_that_was_interrupted_is_done_again(broker: Broker) -> None:
    broker.prepare()
    (broker.folder / "data" / "meta.properties").unlink()
    broker.start()
    assert broker.is_ready()
