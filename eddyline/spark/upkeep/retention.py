"""Retention: rows that landed long ago go, their offsets noted first, so that marks stay and the rows never land again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pyspark.sql import SparkSession

from eddyline.contracts.tables import GAME_EVENTS, QUARANTINE
from eddyline.contracts.topics import EVENTS, Topic
from eddyline.errors import SettingsError
from eddyline.lake.lease import upkeep_of
from eddyline.settings import Settings
from eddyline.spark.ownership import owned
from eddyline.spark.session import driver_pid
from eddyline.spark.upkeep.deletion import Rows, count, delete

TABLES = (GAME_EVENTS.identifier, QUARANTINE.identifier)


@dataclass(frozen=True, slots=True)
class Retained:
    """How many rows of one table landed before an instant; they are deleted, or would be."""

    table: str
    before: datetime
    rows: int


def retain(spark: SparkSession, settings: Settings, age: timedelta, tables: Sequence[str] = TABLES, *, remove: bool, topic: Topic = EVENTS) -> list[Retained]:
    """Count the rows that landed longer ago than `age`, and delete them if so told.

    Raises SettingsError where resends of those rows may still come or no retention is known for a table, LeaseHeld while a job owns the tables.
    """
    _check(settings, age, tables)
    before = datetime.now(UTC) - age
    old = [_old(table, before, topic) for table in tables]
    if not remove:
        return [Retained(rows.table, before, count(spark, rows)) for rows in old]
    with owned(settings, tuple(sorted({*TABLES, *map(upkeep_of, tables)})), driver_pid(spark)):
        return [Retained(rows.table, before, delete(spark, rows)) for rows in old]


def _check(settings: Settings, age: timedelta, tables: Sequence[str]) -> None:
    horizon = settings.lake.dedupe_horizon_days
    if age < timedelta(days=horizon):
        raise SettingsError(f"resends are recognised by the rows of the last {horizon:g} days (EDDYLINE_LAKE__DEDUPE_HORIZON_DAYS): keep rows at least so long")
    if unknown := set(tables) - set(TABLES):
        raise SettingsError(f"no rows of {min(unknown)} are deleted by age; choose among {', '.join(TABLES)}")


def _old(table: str, before: datetime, topic: Topic) -> Rows:
    return Rows(table, "landed_at < :before", {"before": before}, topic.name if table == GAME_EVENTS.identifier else None)
