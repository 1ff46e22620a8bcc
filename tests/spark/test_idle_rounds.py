"""Rounds that find nothing to do leave Spark alone; those that do find something ask it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pyarrow as pa
import pytest
from pyiceberg.catalog import Catalog
from pyspark.sql import SparkSession

from eddyline.contracts.tables import GAME_EVENTS, QUARANTINE
from eddyline.lake.catalog import open_catalog
from eddyline.lake.tables import create_tables
from eddyline.settings import load
from eddyline.spark.compaction import Compacted
from eddyline.spark.upkeep import rounds
from eddyline.spark.upkeep.rounds import Bounds, Chore, Upkeep

EVENTS = GAME_EVENTS.identifier
MIN_FILES = 3
BOUNDS = Bounds(MIN_FILES, keep_snapshots=10, snapshots_older_than=timedelta(0), orphans_older_than=timedelta(days=3), remove_orphans=True)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    found = open_catalog(load(home=tmp_path).lake)
    create_tables(found, [GAME_EVENTS, QUARANTINE])
    return found


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """List the tables that Spark was asked to compact."""
    found: list[str] = []

    def compact(_spark: SparkSession, table: str, _min_files: int) -> Compacted:
        found.append(table)
        return Compacted(table, MIN_FILES, 1, 1)

    monkeypatch.setattr(rounds, "compact", compact)
    return found


def append(catalog: Catalog, day: int) -> None:
    """Append a file to a day."""
    table, at = catalog.load_table(EVENTS), datetime(2026, 11, day, 12, tzinfo=UTC)
    row = {field.name: None for field in table.schema().fields} | {"event_id": "e", "tenant": "public", "event_type": "heal", "user_id": "u1"}
    row |= {"occurred_at": at, "received_at": at, "landed_at": at, "kafka_partition": 0, "kafka_offset": 0}
    table.append(pa.Table.from_pylist([row], schema=table.schema().as_arrow()))


def one_round(catalog: Catalog) -> int:
    done = Upkeep(cast("SparkSession", None), catalog, BOUNDS, [EVENTS, QUARANTINE.identifier]).round([Chore.COMPACT, Chore.EXPIRE])
    assert done.failed == []
    return int(done.summary()["files_rewritten"])


def test_tables_without_files_and_days_with_too_few_are_left_alone_without_spark(catalog, asked):
    assert one_round(catalog) == 0
    for day in (1, 1, 2, 2, 3):
        append(catalog, day)
    assert one_round(catalog) == 0
    assert asked == []


def test_a_day_with_enough_small_files_is_given_to_spark(catalog, asked):
    for day in (1, 2, 2, 2):
        append(catalog, day)
    assert one_round(catalog) == MIN_FILES
    assert asked == [EVENTS]


def test_rows_deleted_by_a_mark_beside_their_file_are_given_to_spark(catalog, asked, monkeypatch):
    append(catalog, 1)
    # Only Trino writes such marks; what they mean for a snapshot's summary is in the test of the engines.
    monkeypatch.setattr(rounds, "has_deletes", lambda table: table.name()[-1] == "events")
    one_round(catalog)
    assert asked == [EVENTS]
