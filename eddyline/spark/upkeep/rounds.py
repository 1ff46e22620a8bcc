"""Rounds of upkeep: each chore for each table; one that fails leaves its table as it was and comes again with the next round."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from py4j.protocol import Py4JError
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.table import Table
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from sqlalchemy.exc import SQLAlchemyError

from eddyline.errors import LakeError, LeaseHeld
from eddyline.lake.expirable import expirable
from eddyline.lake.table_facts import TableFacts, facts_of, has_deletes, own_tables, partition_facts
from eddyline.spark.compaction import Compacted, compact
from eddyline.spark.runner import first_line
from eddyline.spark.upkeep.expiry import Expired, expire
from eddyline.spark.upkeep.orphans import Orphans, sweep

_AWAY = (OSError, SQLAlchemyError, NoSuchTableError)


class Chore(StrEnum):
    """A part of the upkeep."""

    COMPACT = "compact"
    EXPIRE = "expire"
    ORPHANS = "orphans"


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where on something is too many or too old."""

    min_files: int
    keep_snapshots: int
    snapshots_older_than: timedelta
    orphans_older_than: timedelta
    remove_orphans: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """A chore that was not done, and why; its table is as it was."""

    table: str
    reason: str


Outcome = Compacted | Expired | Orphans | Failed


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    outcomes: tuple[tuple[Chore, Outcome], ...]
    tables: tuple[TableFacts, ...]
    """As they are afterwards."""
    seconds: float

    @property
    def failed(self) -> list[tuple[Chore, Failed]]:
        """The chores that were not done."""
        return [(chore, outcome) for chore, outcome in self.outcomes if isinstance(outcome, Failed)]

    def summary(self) -> dict[str, int | float]:
        """Sum it up in a line."""
        done = [outcome for _, outcome in self.outcomes]
        compacted, expired = [each for each in done if isinstance(each, Compacted)], [each for each in done if isinstance(each, Expired)]
        swept = [each for each in done if isinstance(each, Orphans)]
        return {
            "files_rewritten": sum(each.files_before for each in compacted),
            "files_written": sum(each.files_after for each in compacted),
            "snapshots_expired": sum(each.snapshots for each in expired),
            "orphans": sum(len(each.files) for each in swept),
            "bytes_freed": sum(each.bytes for each in expired) + sum(each.bytes for each in swept if each.removed),
            "failed": len(self.failed),
            "seconds": round(self.seconds, 1),
        }


@dataclass
class Upkeep:
    """Keeps tables up: these, or all that Eddyline made; stops between two chores when `stop` is set."""

    spark: SparkSession
    catalog: Catalog
    bounds: Bounds
    tables: Sequence[str] = ()
    tell: Callable[[Chore, str], None] = lambda _chore, _table: None
    stop: threading.Event = field(default_factory=threading.Event)
    turn: Callable[[str], AbstractContextManager[object]] = nullcontext
    """Held while a chore works on a table: whoever removes files of all ages must not take its new ones for orphans."""

    def round(self, chores: Sequence[Chore]) -> Round:
        """Do the chores for each table once.

        Raises LakeError when the catalog's database does not answer.
        """
        began = time.monotonic()
        try:
            tables = self.tables or own_tables(self.catalog)
            outcomes = tuple((chore, self._try(chore, table)) for table in tables for chore in chores if not self.stop.is_set())
            facts = tuple(facts_of(table, self.catalog.load_table(table)) for table in tables if self.catalog.table_exists(table))
        except _AWAY as error:
            raise LakeError(f"the tables cannot be read ({first_line(error)}); nothing is lost, try again") from error
        return Round(outcomes, facts, time.monotonic() - began)

    def _try(self, chore: Chore, table: str) -> Outcome:
        self.tell(chore, table)
        try:
            with self.turn(table):
                return self._do(chore, table)
        except (PySparkException, Py4JError, LeaseHeld, *_AWAY) as error:
            # Somebody else committed at the same time or erases, or the catalog or the storage was away: nothing is lost.
            return Failed(table, first_line(error))

    def _do(self, chore: Chore, table: str) -> Outcome:
        match chore:
            case Chore.COMPACT:
                return self._compact(table, self.catalog.load_table(table))
            case Chore.EXPIRE:
                return self._expire(table)
            case Chore.ORPHANS:
                files = self.catalog.load_table(table).io
                return sweep(self.spark, table, files, self.bounds.orphans_older_than, remove=self.bounds.remove_orphans)

    # Where there is nothing to do Spark is not asked, as it takes seconds to say so, for each table and round.
    def _compact(self, table: str, iceberg: Table) -> Compacted:
        if not has_deletes(iceberg) and all(each.small_files < self.bounds.min_files for each in partition_facts(table, iceberg)):
            return Compacted(table, 0, 0, 0)
        return compact(self.spark, table, self.bounds.min_files)

    def _expire(self, table: str) -> Expired:
        metadata, keep, older_than = self.catalog.load_table(table).metadata, self.bounds.keep_snapshots, datetime.now(UTC) - self.bounds.snapshots_older_than
        if not expirable(metadata, keep, older_than):
            return Expired(table, 0, len(metadata.snapshots), 0, 0)
        return expire(self.spark, table, keep, older_than)


def schedule(every_s: float, orphans_every_s: float, stop: threading.Event) -> Iterator[tuple[Chore, ...]]:
    """Say which chores are due, again and again until stopped: orphans, for which whole folders are listed, less often."""
    swept_at = float("-inf")
    while not stop.is_set():
        began = time.monotonic()
        due = began - swept_at >= orphans_every_s
        swept_at = began if due else swept_at
        yield tuple(Chore) if due else (Chore.COMPACT, Chore.EXPIRE)
        stop.wait(max(0.0, every_s - (time.monotonic() - began)))
