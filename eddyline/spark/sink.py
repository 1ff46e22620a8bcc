"""The exactly-once sink: quarantine first, then the accepted rows, each batch once whatever is replayed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.storagelevel import StorageLevel

from eddyline.contracts.tables import QUARANTINE, Table
from eddyline.contracts.topics import Topic
from eddyline.lake.lease import Lease
from eddyline.spark.crash import Crash
from eddyline.spark.decode import IS_REPLAY, MARK, conflicting_records, decode_records
from eddyline.spark.fence import Fence
from eddyline.spark.resends import Judged, ResendCheck, id_hash, only, without
from eddyline.spark.settled import Settled, read_settled, read_settled_copy

# One file a batch and day while batches are small; a second writer from here on.
_ROWS_PER_WRITER = 250_000


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of a batch's records."""

    accepted: int
    resends: int
    quarantined: dict[str, int]
    seconds: float
    landed_at: datetime


@dataclass(frozen=True, slots=True)
class Copy:
    """A filtered copy: these event types go to a table of their own, without the quarantine."""

    event_types: tuple[str, ...]


@dataclass
class LandingSink:
    """Lands one topic's batches in one table and the quarantine; made anew at each start of the query."""

    spark: SparkSession
    topic: Topic
    table: Table
    copy: Copy | None
    lease: Lease
    horizon: timedelta
    crash: Crash
    report: Callable[[Landed], None]
    _settled: Settled = field(init=False)
    _resends: ResendCheck = field(init=False)
    _fence: Fence = field(init=False)

    def __post_init__(self) -> None:
        self._fence = Fence(self.spark, (self.table,) if self.copy else (self.table, QUARANTINE))
        self._read()

    def _read(self) -> None:
        self._fence.pin()
        read = read_settled if self.copy is None else read_settled_copy
        self._settled = read(self.spark, self.table, self.topic)
        self._resends = ResendCheck(self.spark, self.table, self.horizon)
        self._resends.rebuild()

    @property
    def marks(self) -> Mapping[tuple[str, int], int]:
        """The highest settled offset of each topic and partition."""
        return self._settled.marks

    @property
    def held(self) -> Mapping[tuple[str, int], int]:
        """The highest offset of each topic and partition that any of its tables holds."""
        return self._settled.held

    def __call__(self, records: DataFrame, _batch_id: int) -> None:
        """Land what is missing of a batch; a replay of it lands nothing twice."""
        self.lease.renew()
        self.crash("batch-begun")
        if not self._fence.holds():
            self._read()
        began = datetime.now(UTC)
        missing = self._settled.missing(records)
        decoded = self._wanted(decode_records(missing)).persist(StorageLevel.MEMORY_AND_DISK)
        try:
            self.report(self._land(missing, decoded, began))
        finally:
            decoded.unpersist()

    def _wanted(self, decoded: DataFrame) -> DataFrame:
        return decoded if self.copy is None else decoded.where(F.col("reason").isNull() & F.col("event_type").isin(*self.copy.event_types))

    def _land(self, missing: DataFrame, decoded: DataFrame, began: datetime) -> Landed:
        digest = decoded.select(*MARK, "reason", IS_REPLAY, id_hash().alias("id_hash")).toArrow()
        self.crash("after-decode")
        accepted = digest.filter(pc.is_null(digest["reason"]))
        valid = decoded.where(F.col("reason").isNull())
        judged = self._resends.judge(valid, accepted, began)
        rejected = _counts(digest["reason"])
        quarantined = rejected | ({"id_conflict": judged.conflicts.num_rows} if judged.conflicts.num_rows else {})
        self._append_quarantine(missing, decoded, judged, began, has_rejected=bool(rejected))
        self.crash("after-quarantine-append")
        landing = accepted.num_rows - judged.dropped.num_rows
        if landing:
            self._append(self.table, without(valid, judged.dropped), began, landing)
            self._resends.landed(accepted.join(judged.dropped, judged.dropped.column_names, join_type="left anti")["id_hash"], began)
        self.crash("after-accepted-append")
        self._settled.advance(digest.select(MARK))
        return Landed(landing, judged.resends.num_rows, quarantined, (datetime.now(UTC) - began).total_seconds(), began)

    def _append_quarantine(self, missing: DataFrame, decoded: DataFrame, judged: Judged, began: datetime, *, has_rejected: bool) -> None:
        if self.copy is not None or not (has_rejected or judged.conflicts.num_rows):
            return
        rows = decoded.where(F.col("reason").isNotNull())
        if judged.conflicts.num_rows:
            of_topic = missing.where(F.col("kafka_topic") == self.topic.name)
            rows = rows.unionByName(conflicting_records(only(of_topic, judged.conflicts)))
        self._append(QUARANTINE, rows, began, 1)

    def _append(self, table: Table, rows: DataFrame, landed_at: datetime, count: int) -> None:
        self.lease.renew()
        landed = rows.withColumn("landed_at", F.lit(landed_at)).select(*table.column_names)
        writers = 1 + count // _ROWS_PER_WRITER
        self._fence.append(table, landed.coalesce(writers))


def _counts(reasons: pa.ChunkedArray) -> dict[str, int]:
    return {pair["values"]: pair["counts"] for pair in pc.value_counts(reasons.drop_null()).to_pylist()}
