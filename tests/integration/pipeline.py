"""A topic, a lake and a landing query of one test's own, on the session's broker and Spark."""

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pyarrow as pa
from confluent_kafka import Producer
from prometheus_client import CollectorRegistry
from pyiceberg.io import FileIO
from pyspark.sql import SparkSession

from eddyline.contracts.tables import GAME_EVENTS, QUARANTINE, TABLES, Table
from eddyline.contracts.topics import ATTEMPT, EVENTS, REASON, REPLAY_OF, Topic
from eddyline.kafka.topics import create_topics
from eddyline.lake.catalog import open_catalog
from eddyline.lake.tables import create_tables
from eddyline.settings import PROJECT_ROOT, KafkaSettings, Settings, load
from eddyline.spark.landing import Landing, Plan
from eddyline.spark.metrics import LandingMetrics
from eddyline.spark.session import SHORT_LIVED, catalog_options

Mark = tuple[int, int]


def purchase(event_id: str, **fields: Any) -> dict[str, Any]:
    return {
        "event_type": "purchase_item",
        "event_id": event_id,
        "user_id": "u1",
        "item_type": "sword",
        "price": 5,
        "headers": {"Host": "u1.comcast.com"},
    } | fields


@dataclass
class Pipeline:
    settings: Settings
    spark: SparkSession
    topic: Topic

    @classmethod
    def make(
        cls,
        folder: Path,
        kafka: KafkaSettings,
        spark: SparkSession,
        topic: Topic | None = None,
        *,
        lake: dict[str, Any] | None = None,
        tables: tuple[Table, ...] = TABLES,
        **landing: Any,
    ) -> "Pipeline":
        topic = topic or Topic(f"events-{uuid.uuid4().hex[:8]}", "of one test")
        settings = load(home=folder, kafka=kafka.model_dump(), lake=lake or {}, landing={"metrics_port": 0, "retries": 0, "lease_wait_s": 0} | landing)
        create_topics(settings.kafka, [topic, topic.dead_letters])
        create_tables(open_catalog(settings.lake), tables)
        own = spark.newSession()
        for option, value in catalog_options(settings).items():
            own.conf.set(option, value)
        # A catalog is made at its first use, from the settings of the session that is active then.
        own.sql("SHOW NAMESPACES IN lake").collect()
        return cls(settings, own, topic)

    def produce(self, *events: dict[str, Any] | bytes | None, partition: int = 0) -> None:
        producer = Producer({"bootstrap.servers": self.settings.kafka.bootstrap_servers, "acks": "all"})
        for event in events:
            producer.produce(self.topic.name, json.dumps(event).encode() if isinstance(event, dict) else event, key=b"u1", partition=partition)
        assert producer.flush(20) == 0

    def replay(self, *events: dict[str, Any]) -> None:
        """Put events on the topic as replayed records."""
        producer = Producer({"bootstrap.servers": self.settings.kafka.bootstrap_servers, "acks": "all"})
        for event in events:
            producer.produce(self.topic.name, json.dumps(event).encode(), headers=[(REPLAY_OF, b"events:0:0"), (ATTEMPT, b"1")], partition=0)
        assert producer.flush(20) == 0

    def refuse_at_the_door(self, value: bytes, reason: str) -> None:
        producer = Producer({"bootstrap.servers": self.settings.kafka.bootstrap_servers, "acks": "all"})
        producer.produce(self.topic.dead_letters.name, value, headers=[(REASON, reason.encode())], partition=0)
        assert producer.flush(20) == 0

    def landing(self, **plan: Any) -> Landing:
        return Landing(self.spark, self.settings, Plan(**({"topic": self.topic, "available_now": True} | plan)), LandingMetrics(CollectorRegistry()))

    def land(self, **plan: Any) -> None:
        self.landing(**plan).run()

    def table(self, table: Table) -> pa.Table:
        return open_catalog(self.settings.lake).load_table(table.identifier).scan().to_arrow()

    def rows(self, table: Table = GAME_EVENTS) -> list[dict[str, Any]]:
        return sorted(self.table(table).to_pylist(), key=lambda row: (row["kafka_partition"], row["kafka_offset"]))

    def events(self) -> list[str]:
        return [row["event_id"] for row in self.rows()]

    def marks(self, table: Table = GAME_EVENTS) -> list[Mark]:
        return [(row["kafka_partition"], row["kafka_offset"]) for row in self.rows(table)]

    def quarantine(self) -> list[tuple[str, str, int, int]]:
        topics = {self.topic.name: "events", self.topic.dead_letters.name: "dlq"}
        return sorted((topics[row["kafka_topic"]], row["reason"], row["kafka_partition"], row["kafka_offset"]) for row in self.rows(QUARANTINE))

    def append(self, table: Table, *rows: dict[str, Any]) -> None:
        iceberg = open_catalog(self.settings.lake).load_table(table.identifier)
        iceberg.append(pa.Table.from_pylist(list(rows), schema=iceberg.schema().as_arrow()))

    def drop_rows(self, table: Table) -> None:
        open_catalog(self.settings.lake).load_table(table.identifier).delete()

    @property
    def checkpoint(self) -> Path:
        return Path(urlparse(self.settings.landing.checkpoints).path) / "land-events"

    def forget_commits(self, count: int) -> None:
        """Delete the newest entries of the checkpoint's commit log, so that their batches are replayed."""
        commits = sorted((path for path in (self.checkpoint / "commits").iterdir() if path.name.isdigit()), key=lambda path: int(path.name))
        assert len(commits) >= count, "there is nothing to replay"
        for path in commits[-count:]:
            path.unlink()
            path.with_name(f".{path.name}.crc").unlink(missing_ok=True)

    def lose_checkpoint(self) -> None:
        shutil.rmtree(self.checkpoint)

    def lose(self, what: str, query: str) -> None:
        """Lose a query's commit log, or its whole checkpoint."""
        folder = self.checkpoint.with_name(query)
        shutil.rmtree(folder if what == "checkpoint" else folder / "commits")

    @contextmanager
    def broken_metadata(self, table: Table) -> Iterator[str]:
        """Cut a table's metadata file in half for a while."""
        iceberg = open_catalog(self.settings.lake).load_table(table.identifier)
        location = iceberg.metadata_location
        with iceberg.io.new_input(location).open() as file:
            content = file.read()
        self._write(iceberg.io, location, content[: len(content) // 2])
        yield location
        self._write(iceberg.io, location, content)

    @staticmethod
    def _write(io: FileIO, location: str, content: bytes) -> None:
        with io.new_output(location).create(overwrite=True) as file:
            file.write(content)
        # Hadoop's own checksum lies beside a local file, and would tell the old content's.
        path = Path(urlparse(location).path)
        path.with_name(f".{path.name}.crc").unlink(missing_ok=True)

    def run_job(self, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the job file as a user does, in a process of its own, on the topic `events`."""
        assert self.topic == EVENTS
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("EDDYLINE_", "PYSPARK_", "SPARK_"))}
        given = {
            "EDDYLINE_HOME": str(self.settings.home),
            "EDDYLINE_KAFKA__BOOTSTRAP_SERVERS": self.settings.kafka.bootstrap_servers,
            "EDDYLINE_LANDING__METRICS_PORT": "0",
            "EDDYLINE_LANDING__RETRIES": "0",
            "EDDYLINE_LANDING__DRIVER_JAVA_OPTIONS": SHORT_LIVED,
        }
        command = [sys.executable, "streaming_jobs/land_events.py", *options]
        return subprocess.run(command, cwd=PROJECT_ROOT, env=kept | given | environment, capture_output=True, text=True, timeout=240, check=False)

    def balance(self, sent: int) -> Counter[str]:
        """Count where the topic's offsets are; every one that is in no table must be a resend."""
        landed, quarantined = self.marks(), [mark[2:] for mark in self.quarantine() if mark[0] == "events"]
        assert len(set(landed)) == len(landed)
        assert len(set(quarantined)) == len(quarantined)
        assert not set(landed) & set(quarantined)
        assert len(set(self.events())) == len(self.events())
        return Counter(landed=len(landed), quarantined=len(quarantined), resent=sent - len(landed) - len(quarantined))
