"""Every engine reads the same rows, after landing, after compaction and expiry, and after rows were deleted."""

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest
import trino.dbapi
from cases import MALFORMED, balance
from pipeline import Pipeline, purchase
from pyspark.sql import SparkSession
from storages import TABLES, Storage

from eddyline.contracts.tables import ERASED, GAME_EVENTS, QUARANTINE, Table
from eddyline.lake.catalog import open_catalog
from eddyline.lake.queries import Engine, run_query
from eddyline.lake.table_facts import table_facts
from eddyline.lake.verification.accounting import Fate
from eddyline.settings import KafkaSettings
from eddyline.spark.compaction import compact
from eddyline.spark.tables import rows_of
from eddyline.spark.upkeep.expiry import expire
from eddyline.stack.trino import TrinoServer

pytestmark = [pytest.mark.integration, pytest.mark.conformance]

Rows = list[dict[str, Any]]
NAMES = ["'; DROP TABLE game.events; --", "../../etc/passwd", "a\\b", "%s %d", "\u202e", "\U0001f409 dragon", "ünïcödé"]
PRICES = [0.0, -0.0, 1e-300, 0.1 + 0.2, 123456789.125]


@pytest.fixture(scope="module")
def pipeline(storage: Storage, tmp_path_factory: pytest.TempPathFactory, kafka_settings: KafkaSettings, spark: SparkSession) -> Iterator[Pipeline]:
    """Fill a lake as the landing job does, in several batches, and maintain it; every case here reads it."""
    with storage.lake() as lake:
        pipeline = Pipeline.make(tmp_path_factory.mktemp("reading"), kafka_settings, spark, lake=lake, tables=TABLES, max_offsets_per_trigger=5)
        pipeline.produce(purchase("gone by Spark"), purchase("gone by Trino"))
        pipeline.produce(*(purchase(f"n{number}", user_id=name, item_type=name) for number, name in enumerate(NAMES)))
        pipeline.produce(*(purchase(f"p{number}", price=price) for number, price in enumerate(PRICES)), partition=1)
        pipeline.produce({"event_type": "log_in", "user_id": "u2", "event_id": "nulls"}, MALFORMED, b"\xff\x00", None)
        pipeline.land()
        yield pipeline


def ordered(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: (row["kafka_partition"], row["kafka_offset"]))


def by_spark(pipeline: Pipeline, table: Table) -> Rows:
    return ordered(rows_of(pipeline.spark, table).toArrow().to_pylist())


def by_pyiceberg(pipeline: Pipeline, table: Table) -> Rows:
    return ordered(pipeline.table(table).to_pylist())


def by_query(engine: Engine) -> Callable[[Pipeline, Table], Rows]:
    def read(pipeline: Pipeline, table: Table) -> Rows:
        answer: pa.Table = run_query(f"SELECT * FROM {table.identifier}", pipeline.settings, engine)
        return ordered(answer.to_pylist())

    return read


READERS = {"spark": by_spark, "duckdb": by_query("duckdb"), "trino": by_query("trino")}


def of(rows: Rows, prefix: str) -> Rows:
    return [row for row in rows if row["event_id"].startswith(prefix)]


def without(rows: Rows, event_id: str) -> Rows:
    return [row for row in rows if row["event_id"] != event_id]


def erase(pipeline: Pipeline, event_id: str, delete: Callable[[str], object]) -> None:
    """Delete an event's row on purpose, the floor first."""
    (row,) = of(by_pyiceberg(pipeline, GAME_EVENTS), event_id)
    place = {name: row[name] for name in ("kafka_partition", "kafka_offset", "landed_at")}
    pipeline.append(ERASED, {"table_name": "game.events", "kafka_topic": pipeline.topic.name, **place})
    delete(f"DELETE FROM lake.game.events WHERE event_id = '{event_id}'")


def need_the_same(pipeline: Pipeline, *engines: str) -> None:
    for table in (GAME_EVENTS, QUARANTINE):
        expected = by_pyiceberg(pipeline, table)
        assert expected
        for engine in engines:
            assert READERS[engine](pipeline, table) == expected


def test_what_landed_is_what_was_sent(pipeline):
    rows = by_pyiceberg(pipeline, GAME_EVENTS)
    assert [row["item_type"] for row in of(rows, "n")] == [*NAMES, None]
    assert [row["price"] for row in of(rows, "p")] == PRICES
    assert [row["value"] for row in by_pyiceberg(pipeline, QUARANTINE)] == [MALFORMED, b"\xff\x00", None]


def test_every_engine_reads_the_rows_that_landed(pipeline):
    need_the_same(pipeline, "spark", "duckdb")


def test_compaction_expiry_and_deletion_leave_the_other_rows_to_every_engine(pipeline):
    before = by_pyiceberg(pipeline, GAME_EVENTS)
    assert compact(pipeline.spark, GAME_EVENTS.identifier, 2).files_before >= 3
    assert expire(pipeline.spark, GAME_EVENTS.identifier, 1).files >= 3
    (facts,) = (facts for facts in table_facts(open_catalog(pipeline.settings.lake)) if facts.table == GAME_EVENTS.identifier)
    assert (facts.files, facts.rows, facts.snapshots) == (1, len(before), 1)
    erase(pipeline, "gone by Spark", pipeline.spark.sql)
    assert by_pyiceberg(pipeline, GAME_EVENTS) == without(before, "gone by Spark")
    need_the_same(pipeline, "spark", "duckdb")
    pipeline.lose_checkpoint()
    pipeline.land()
    assert by_pyiceberg(pipeline, GAME_EVENTS) == without(before, "gone by Spark")
    assert balance(pipeline)[Fate.ERASED] >= 1


@pytest.fixture(scope="module")
def at_trino(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """Start a real Trino on the lake."""
    settings = pipeline.settings
    elsewhere = {"home": tmp_path_factory.mktemp("trino"), "trino": settings.trino.model_copy(update={"port": 0})}
    server = TrinoServer(settings.model_copy(update=elsewhere)).start()
    yield Pipeline(settings.model_copy(update={"trino": server.settings.trino}), pipeline.spark, pipeline.topic)
    server.stop()


@pytest.mark.trino
@pytest.mark.timeout(900)
def test_trino_reads_the_same_rows_and_what_it_deletes_is_gone_for_every_engine(at_trino):
    need_the_same(at_trino, "trino")
    before = by_pyiceberg(at_trino, GAME_EVENTS)
    with trino.dbapi.Connection(at_trino.settings.trino.host, at_trino.settings.trino.port, user="test", catalog="lake") as connection:
        erase(at_trino, "gone by Trino", lambda sql: connection.cursor().execute(sql).fetchall())
    assert by_pyiceberg(at_trino, GAME_EVENTS) == without(before, "gone by Trino")
    need_the_same(at_trino, *READERS)
    assert balance(at_trino)[Fate.ERASED] >= 1
