"""A real Kafka broker as a native process: KRaft, one node, on the loopback address only."""

import base64
import subprocess
import uuid
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from eddyline.errors import ComponentFailed
from eddyline.stack import jars, java, ports
from eddyline.stack.process import Command
from eddyline.stack.server import Server

LOGGING = ("defaultLogLevel=warn", "showDateTime=true", "dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "showThreadName=false")
PROPERTIES = """process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
log.dirs={data}
min.insync.replicas=1
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=4
group.initial.rebalance.delay.ms=0
# A broker that was killed registers again only when its old session has ended: 9 s by default.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
# What is erased leaves the disk within seconds: Kafka's own defaults look every five minutes and wait another.
log.initial.task.delay.ms=5000
log.retention.check.interval.ms=10000
log.segment.delete.delay.ms=1000
log.cleaner.backoff.ms=5000
"""


class Broker(Server):
    """One Kafka broker whose data live in a folder; ports that are not given are free ones, and stay the same over restarts."""

    name = "broker"

    def __init__(self, folder: Path, *, port: int = 0, controller_port: int = 0, heap: str = "512m", log: Path | None = None) -> None:
        """Describe the broker; nothing starts before `start`."""
        self.folder = folder
        self._log = log
        self.port = port or ports.free_port()
        self.controller_port = controller_port or ports.free_port()
        self._heap = heap
        self.also: dict[str, str] = {}
        """Further settings of the broker, over those of ours."""

    @property
    def bootstrap_servers(self) -> str:
        """The address clients connect to."""
        return f"127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """The file with the broker's output when it was started by `start`."""
        return self._log or self.folder / "broker.log"

    def prepare(self) -> None:
        """Write the settings and format the folder where that was not done before."""
        data = self.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        ours = PROPERTIES.format(port=self.port, controller_port=self.controller_port, data=data)
        self._properties.write_text(ours + "".join(f"{name}={value}\n" for name, value in self.also.items()), encoding="utf-8")
        if not (data / "meta.properties").is_file():
            self._format()

    def command(self) -> Command:
        """Return the command that runs the prepared broker."""
        return [*self._java(f"-Xmx{self._heap}"), "kafka.Kafka", self._properties]

    def is_ready(self) -> bool:
        """Tell whether the broker answers a request for its metadata."""
        # Asking by a client while nothing listens costs a second of its back-off.
        if not ports.answers(self.port):
            return False
        try:
            metadata = AdminClient({"bootstrap.servers": self.bootstrap_servers, "log_level": 0}).list_topics(timeout=1.0)
        except KafkaException:
            return False
        return bool(metadata.brokers)

    def _format(self) -> None:
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        command = [
            *self._java("-Xmx128m", "-XX:TieredStopAtLevel=1"),
            "kafka.tools.StorageTool",
            "format",
            "--ignore-formatted",
            # As one word: one id in 64 begins with a dash and would be taken for an option.
            f"--cluster-id={cluster}",
            "-c",
            str(self._properties),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ComponentFailed(f"the broker's folder {self.folder} could not be formatted: {(done.stderr or done.stdout).strip().splitlines()[-1]}")

    def _java(self, *options: str) -> list[str]:
        logging = (f"-Dorg.slf4j.simpleLogger.{name}" for name in LOGGING)
        return [str(java.find_java()), *options, *logging, "-Djava.awt.headless=true", "-cp", jars.class_path("kafka")]

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"
