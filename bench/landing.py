"""What landing an event costs, against reading it from Kafka and throwing it away, in one warm driver.

CPU of this process, the driver's JVM and the Python workers together; `python -m bench.landing [events]`.
"""

import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psutil
from confluent_kafka import Producer
from prometheus_client import CollectorRegistry
from pyspark.sql import SparkSession

from eddyline.contracts.cloud_events import JSON, cloud_event
from eddyline.contracts.topics import INPUT_TOPICS
from eddyline.kafka.topics import create_topics
from eddyline.lake.catalog import open_catalog
from eddyline.lake.table_facts import table_facts
from eddyline.lake.tables import create_tables
from eddyline.settings import Settings, load
from eddyline.spark.landing import Landing, Plan
from eddyline.spark.metrics import LandingMetrics
from eddyline.spark.session import start_session, stop_session
from eddyline.spark.source import read_topics
from eddyline.stack import jars
from eddyline.stack.broker import Broker


def main(events: int = 400_000) -> None:
    """Produce twice as many events as are measured: the first half warms the JVM up."""
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder) / "broker").start()
        settings = load(
            home=Path(folder), kafka={"bootstrap_servers": broker.bootstrap_servers}, landing={"metrics_port": 0, "max_offsets_per_trigger": 200_000}
        )
        spark = start_session(settings, "bench", jars.for_spark(settings))
        try:
            measure(spark, settings, events)
        finally:
            stop_session(spark)
            broker.stop()


def measure(spark: SparkSession, settings: Settings, events: int) -> None:
    """Print µs of CPU and events per second for throwing away and for landing."""
    create_topics(settings.kafka)
    create_tables(open_catalog(settings.lake))
    for half in ("warm-up", "measured"):
        produce(settings, events, half)
        thrown = timed(lambda half=half: throw_away(spark, settings, half), events)
        landed = timed(lambda: Landing(spark, settings, Plan(available_now=True), LandingMetrics(CollectorRegistry())).run(), events)
        for name, (cpu_us, per_s) in (("read and throw away", thrown), ("land", landed)):
            print(f"{half:9} {name:20} {cpu_us:6.1f} us of CPU an event, {per_s:9,.0f} events/s")
    print(f"ratio land / throw away: {landed[0] / thrown[0]:.2f}")
    print({facts.table: facts.rows for facts in table_facts(open_catalog(settings.lake))})


def throw_away(spark: SparkSession, settings: Settings, checkpoint: str) -> None:
    """Read what the topics gained since the last time into nothing; the first reading is the warm-up's own."""
    records = read_topics(spark, settings.kafka, [topic.name for topic in INPUT_TOPICS], settings.landing.max_offsets_per_trigger)
    sink = records.writeStream.format("noop").option("checkpointLocation", f"{settings.landing.checkpoints}/noop").trigger(availableNow=True)
    assert sink.start().awaitTermination() is None, checkpoint


def timed(action: Callable[[], None], events: int) -> tuple[float, float]:
    """Return µs of CPU and events per second."""
    cpu, clock = cpu_seconds(), time.monotonic()
    action()
    return (cpu_seconds() - cpu) / events * 1e6, events / (time.monotonic() - clock)


def cpu_seconds() -> float:
    """Sum the CPU of this process and all it started but the broker."""
    total = 0.0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        # Workers come and go; the CPU of one that has ended is in its parent's account of its children.
        with contextlib.suppress(psutil.Error):
            if "kafka.Kafka" not in process.cmdline():
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
    return total


def produce(settings: Settings, events: int, prefix: str) -> None:
    """Send purchases of about 300 bytes as the door does, one in a thousand malformed and one in a hundred a resend."""
    producer = Producer(
        {"bootstrap.servers": settings.kafka.bootstrap_servers, "linger.ms": 20, "queue.buffering.max.messages": 2_000_000, "compression.type": "none"}
    )
    now = datetime.now(UTC)
    for number in range(events):
        identity = number - 50 if number % 100 == 99 else number
        event = {
            "event_type": "purchase_item",
            "event_id": f"{prefix}-{identity:08}",
            "user_id": f"user{identity % 1000}",
            "occurred_at": now.isoformat(),
            "item_type": "sword",
            "quantity": 1,
            "price": 25.0,
            "headers": {"Host": "user1.comcast.com", "User-Agent": "ApacheBench/2.3", "Accept": "*/*"},
            "remote_address": "127.0.0.1",
        }
        value = json.dumps(event).encode()
        headers = [*cloud_event(b"/bench", event["event_id"], event["event_type"], now), JSON]
        producer.produce("events", value[:-2] if number % 1000 == 500 else value, key=event["user_id"], headers=headers)
        if number % 10_000 == 0:
            producer.poll(0)
    producer.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
