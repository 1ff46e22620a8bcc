"""Fixtures of every test: a real broker, started once a session and stopped by its process id."""

import base64
import os
import signal
import socket
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from tenacity import retry, stop_after_delay, wait_fixed

from eddyline.kafka import topics
from eddyline.settings import KafkaSettings
from eddyline.stack import jars


@dataclass
class RunningBroker:
    """A Kafka broker of this test session on ports of its own."""

    folder: Path
    bootstrap_servers: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> KafkaSettings:
        return KafkaSettings(bootstrap_servers=self.bootstrap_servers)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        with (self.folder / "broker.log").open("ab") as log:
            command = [*_java(), "-Xmx512m", "kafka.Kafka", str(self.folder / "server.properties")]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        self.wait_until_ready()

    def stop(self, signal_number: int = signal.SIGTERM) -> None:
        assert self.process is not None
        self.process.send_signal(signal_number)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @retry(stop=stop_after_delay(60), wait=wait_fixed(0.1), reraise=True)
    def wait_until_ready(self) -> None:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "broker.log").read_text()[-2000:]
        host, _, port = self.bootstrap_servers.partition(":")
        socket.create_connection((host, int(port)), timeout=1).close()
        topics.list_topics(self.settings)


def free_ports(count: int) -> list[int]:
    """Return ports nobody listens on; all are held open until the last is known."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBroker]:
    """Start one real broker for the whole session."""
    running = format_broker(tmp_path_factory.mktemp("broker"))
    running.start()
    yield running
    os.kill(running.pid, signal.SIGCONT)
    running.stop()


def format_broker(folder: Path) -> RunningBroker:
    """Write a broker's configuration and format its storage."""
    client, controller = free_ports(2)
    (folder / "server.properties").write_text(_PROPERTIES.format(client=client, controller=controller, data=folder / "data"))
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    format_command = [*_java(), "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(folder / "server.properties")]
    subprocess.run(format_command, check=True, capture_output=True)
    return RunningBroker(folder, f"127.0.0.1:{client}")


def _java() -> list[str]:
    return ["java", "-cp", os.pathsep.join(str(path) for path in jars.fetch("kafka"))]


_PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{client},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{client}
controller.listener.names=CONTROLLER
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""
