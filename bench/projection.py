"""What projecting players' states costs, three ways, against landing the same events.

`python -m bench.projection [events] [players]`: from the table, as it is; by Python's transformWithState; as one more output of landing.
transformWithState needs `protobuf` beside what the project needs; without it that way is left out, with a sentence.
"""

import importlib.util
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from confluent_kafka import Producer
from prometheus_client import CollectorRegistry
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql.streaming.stateful_processor import StatefulProcessor, StatefulProcessorHandle
from pyspark.sql.types import StringType, StructField, StructType

from bench.landing import timed
from eddyline.contracts.cloud_events import JSON, cloud_event
from eddyline.contracts.tables import GAME_EVENTS, PLAYER_STATE, Table
from eddyline.contracts.topics import EVENTS, INPUT_TOPICS, PLAYER_STATES
from eddyline.game.state import PlayerState, fold, new_player
from eddyline.kafka.topics import create_topics
from eddyline.lake.catalog import open_catalog
from eddyline.lake.queries import run_query
from eddyline.lake.tables import create_tables
from eddyline.players import coding  # as a module: Spark sends this class to its workers with all that it names, and a decoder cannot be sent
from eddyline.players.stores import open_stores
from eddyline.settings import Settings, load
from eddyline.spark.folding import EVENT, WHO, fold_events, row_of, states_of
from eddyline.spark.landing import Landing, Plan
from eddyline.spark.metrics import LandingMetrics
from eddyline.spark.ownership import owned
from eddyline.spark.projecting import Projecting
from eddyline.spark.projection import Projection
from eddyline.spark.session import catalog_options, driver_pid, start_session, stop_session
from eddyline.spark.sink import LandingSink
from eddyline.spark.source import read_topics
from eddyline.spark.tables import name_of, rows_of
from eddyline.stack import jars
from eddyline.stack.broker import Broker


class Fold(StatefulProcessor):
    """Keeps a player's state in Spark's store and folds new events onto it."""

    def init(self, handle: StatefulProcessorHandle) -> None:
        """Open the state."""
        self._held = handle.getValueState("player", StructType([StructField("json", StringType())]))

    def handleInputRows(self, key: Any, rows: Iterator[Row], timerValues: Any) -> Iterator[Row]:  # noqa: ARG002, N802, N803 - Spark's own names
        """Fold one player's new events, in the order of their places."""
        events = [row.asDict() for row in rows]
        known = self._held.get()
        before = coding.decode(known[0]) if known else new_player(key[0], key[1], events[0]["occurred_at"])
        after = coding.encode(fold(before, events)).decode()
        self._held.update((after,))
        yield Row(state=after)

    def close(self) -> None:
        """Nothing is held."""


class Lake:
    """A lake and a session of one way's own, on the same driver and topics."""

    def __init__(self, spark: SparkSession, settings: Settings, name: str) -> None:
        home = settings.home / name
        self.settings = load(home=home, kafka=settings.kafka.model_dump(), landing={"metrics_port": 0, "max_offsets_per_trigger": 200_000})
        create_tables(open_catalog(self.settings.lake))
        self.spark = spark.newSession()
        for option, value in catalog_options(self.settings).items():
            self.spark.conf.set(option, value)
        self.spark.sql("SHOW NAMESPACES IN lake").collect()

    def land(self) -> None:
        """Land what the topic has gained."""
        Landing(self.spark, self.settings, Plan(available_now=True), LandingMetrics(CollectorRegistry())).run()

    def project(self) -> None:
        """Project from the table, as the job does."""
        Projecting(self.spark, self.settings, available_now=True).run()

    def land_and_project(self) -> None:
        """Land, and fold each batch's accepted rows while they are at hand."""
        with self.projection() as projection:
            sink = ProjectingSink(self.spark, EVENTS, GAME_EVENTS, None, projection.lease, timedelta(days=7), no_crash, lambda _: None)
            sink.projection = projection
            topics = [EVENTS.name, EVENTS.dead_letters.name]
            records = read_topics(self.spark, self.settings.kafka, topics, self.settings.landing.max_offsets_per_trigger)
            run_now(records, self.settings, sink)

    def transform_with_state(self, source: "Lake") -> None:
        """Let Spark keep the states: a stream of another lake's table."""
        with self.projection() as projection:
            source.spark.conf.set("spark.sql.streaming.stateStore.providerClass", "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider")
            events = source.spark.readStream.table(name_of(GAME_EVENTS)).select(*WHO, *EVENT)
            output = StructType([StructField("state", StringType())])
            folded = events.groupBy(*WHO).transformWithState(Fold(), output, "Update", "None")
            run_now(folded, self.settings, lambda rows, _: write(projection, [coding.decode(row.state) for row in rows.collect()]))

    @contextmanager
    def projection(self) -> Iterator[Projection]:
        """Own the states and the events, and project."""
        with ExitStack() as held:
            lease = held.enter_context(owned(self.settings, (PLAYER_STATE.identifier, GAME_EVENTS.identifier), driver_pid(self.spark)))
            yield Projection(self.spark, open_stores(self.settings, held), lease, no_crash, self.settings.landing.max_offsets_per_trigger)


class ProjectingSink(LandingSink):
    """A landing sink with one more output."""

    projection: Projection

    def _append(self, table: Table, rows: DataFrame, landed_at: datetime, count: int) -> None:
        super()._append(table, rows, landed_at, count)
        if table is GAME_EVENTS:
            write(self.projection, list(states_of(fold_events(rows, rows_of(self.spark, PLAYER_STATE).drop("landed_at")))))


def no_crash(_point: str) -> None:
    """Go on."""


def write(projection: Projection, found: list[PlayerState]) -> None:
    """Write states as the projection does: the stores, then a MERGE."""
    projection._write(found)  # noqa: SLF001
    projection._waiting = {coding.key_of(state): row_of(state) for state in found}  # noqa: SLF001
    projection.settle()


def run_now(rows: DataFrame, settings: Settings, sink: Callable[[DataFrame, int], None]) -> None:
    """Take what there is."""
    writer = rows.writeStream.outputMode("update").option("checkpointLocation", f"{settings.landing.checkpoints}/bench").foreachBatch(sink)
    writer.trigger(availableNow=True).start().awaitTermination()


def compare(events: int = 100_000, players: int = 5_000) -> None:
    """Produce twice as many events as are measured: the first half warms the driver up."""
    with started() as (spark, settings):
        create_topics(settings.kafka, [*INPUT_TOPICS, PLAYER_STATES])
        apart, within, kept = (Lake(spark, settings, name) for name in ("apart", "within", "kept"))
        ways: dict[str, Callable[[], None]] = {
            "land alone": apart.land,
            "project from the table": apart.project,
            "land and project in one": within.land_and_project,
        }
        if importlib.util.find_spec("google") and importlib.util.find_spec("google.protobuf"):
            ways["transformWithState"] = lambda: kept.transform_with_state(apart)
        else:
            print("transformWithState is left out: it needs protobuf")
        for half in ("warm-up", "measured"):
            produce(settings, events, players, half)
            costs = {name: timed(way, events) for name, way in ways.items()}
            costs["land and project in one"] = less(costs["land and project in one"], costs["land alone"])
            for name, (cpu_us, per_s) in costs.items():
                print(
                    f"{half:9} {name:24} {cpu_us:7.1f} us of CPU an event, {per_s:9,.0f} events/s, {cpu_us / costs['land alone'][0]:5.2f} of landing",
                    flush=True,
                )
        print(
            {lake.settings.home.name: len(held(lake)) for lake in (apart, within, kept)},
            "players; alike:",
            held(apart) == held(within),
            held(apart) == held(kept),
        )


def less(whole: tuple[float, float], part: tuple[float, float]) -> tuple[float, float]:
    """Take landing's own CPU and time off those of both."""
    return whole[0] - part[0], 1 / max(1e-9, 1 / whole[1] - 1 / part[1])


def held(lake: Lake) -> dict[str, Any]:
    """Read the states of a lake."""
    rows = run_query("SELECT * FROM game.player_state", lake.settings).drop_columns(["landed_at"]).to_pylist()
    return {row["user_id"]: row for row in rows}


def produce(settings: Settings, events: int, players: int, prefix: str) -> None:
    """Send purchases of players as the door does."""
    producer = Producer({"bootstrap.servers": settings.kafka.bootstrap_servers, "linger.ms": 20, "queue.buffering.max.messages": 2_000_000})
    now = datetime.now(UTC)
    for number in range(events):
        event = {"event_type": "purchase_item", "event_id": f"{prefix}-{number}", "user_id": f"user{number * 7919 % players}", "occurred_at": now.isoformat()}
        body = json.dumps(event | {"item_type": ("sword", "bow", "shield")[number % 3], "quantity": 1, "price": 25.0, "headers": {"Host": "user1.comcast.com"}})
        headers: list[tuple[str, str | bytes | None]] = [*cloud_event(b"/bench", event["event_id"], event["event_type"], now), JSON]
        producer.produce(EVENTS.name, body.encode(), key=event["user_id"], headers=headers)
        if number % 10_000 == 0:
            producer.poll(0)
    producer.flush()


@contextmanager
def started() -> Iterator[tuple[SparkSession, Settings]]:
    """Start a broker and a driver in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="eddyline-bench-") as folder:
        broker = Broker(Path(folder) / "broker").start()
        settings = load(home=Path(folder), kafka={"bootstrap_servers": broker.bootstrap_servers})
        spark = start_session(settings, "bench", jars.installed("spark"))
        try:
            yield spark, settings
        finally:
            stop_session(spark)
            broker.stop()


if __name__ == "__main__":
    compare(*map(int, sys.argv[1:]))
