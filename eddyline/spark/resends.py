"""Resends recognised against the table: hashes name the suspects, the table's rows decide."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from eddyline.contracts.rows import CONTENT_COLUMNS
from eddyline.contracts.tables import Table, payload_columns
from eddyline.lake.resends import EventKey, IdIndex, Suspect, Verdict, judge
from eddyline.spark.decode import IS_REPLAY
from eddyline.spark.tables import is_empty, rows_of

_OFFSETS = pa.schema({"kafka_partition": pa.int32(), "kafka_offset": pa.int64()})
_DOUBLES = {column.name for column in payload_columns() if column.type == "double"}
# A few instants prune files exactly; of many, the range does.
_MOST_INSTANTS = 200


@dataclass(frozen=True, slots=True)
class Judged:
    """The offsets of a batch's resends and conflicts (columns kafka_partition, kafka_offset)."""

    resends: pa.Table
    conflicts: pa.Table

    @property
    def dropped(self) -> pa.Table:
        """What must not land among the accepted."""
        return pa.concat_tables([self.resends, self.conflicts])


@dataclass
class ResendCheck:
    """Tells resends from new events of one table: those of the last `horizon`, and for replayed records those of all time."""

    spark: SparkSession
    table: Table
    horizon: timedelta
    index: IdIndex = field(default_factory=IdIndex)

    def rebuild(self) -> None:
        """Fill the index from the table."""
        self.index = IdIndex()
        if is_empty(self.spark, self.table):
            return
        held = self._landed_since(datetime.now(UTC) - self.horizon).select(id_hash().alias("id_hash"), "landed_at").toArrow()
        self.index.add(held["id_hash"].to_numpy(), _microseconds(held["landed_at"]))

    def judge(self, valid: DataFrame, accepted: pa.Table, now: datetime) -> Judged:
        """Find the resends among a batch's valid rows (`accepted` lists them: kafka_partition, kafka_offset, is_replay, id_hash)."""
        self.index.forget_before(_microsecond(now - self.horizon))
        suspect, landed_at = self.index.suspects(accepted["id_hash"].to_numpy())
        suspect |= _replayed(accepted).to_numpy()
        if not suspect.any():
            return Judged(_OFFSETS.empty_table(), _OFFSETS.empty_table())
        offsets = accepted.filter(pa.array(suspect)).select(_OFFSETS.names)
        suspects = only(valid, offsets).select(*_OFFSETS.names, "tenant", "event_id", content().alias("content"), IS_REPLAY).toArrow()
        verdicts = judge(_suspects(suspects), self._held(suspects, landed_at))
        return Judged(_at(verdicts, Verdict.RESEND), _at(verdicts, Verdict.CONFLICT))

    def landed(self, hashes: pa.ChunkedArray, landed_at: datetime) -> None:
        """Remember a batch's ids once their rows are committed."""
        self.index.add(hashes.to_numpy(), np.int64(_microsecond(landed_at)))

    def _held(self, suspects: pa.Table, landed_at: Iterable[int]) -> dict[EventKey, frozenset[str]]:
        replayed, instants = _replayed(suspects), sorted(landed_at)
        rows = rows_of(self.spark, self.table)
        recent = self._among(rows.where(_landed_at_one_of(instants)), suspects.filter(pc.invert(replayed))) if instants else {}
        # A replay may come years after its first copy, which no index remembers.
        return recent | self._among(rows, suspects.filter(replayed))

    def _among(self, rows: DataFrame, suspects: pa.Table) -> dict[EventKey, frozenset[str]]:
        if not suspects.num_rows:
            return {}
        keys = self.spark.createDataFrame(suspects.select(["tenant", "event_id"])).distinct()
        found = rows.join(F.broadcast(keys), ["tenant", "event_id"]).select("tenant", "event_id", content().alias("content")).toArrow()
        held: dict[EventKey, frozenset[str]] = {}
        for tenant, event_id, text in zip(*(column.to_pylist() for column in found.columns), strict=True):
            held[tenant, event_id] = held.get((tenant, event_id), frozenset()) | {text}
        return held

    def _landed_since(self, instant: datetime) -> DataFrame:
        return rows_of(self.spark, self.table).where(F.col("landed_at") >= F.lit(instant))


def id_hash() -> Column:
    """Hash an event's identity to 64 bits."""
    return F.xxhash64("tenant", "event_id")


def content() -> Column:
    """Digest what makes two events of one id the same: the payload, not when and how it came."""
    # Adding zero makes 0.0 of -0.0, which JSON spells otherwise and the door's own comparison calls equal.
    columns = (F.col(name) + F.lit(0.0) if name in _DOUBLES else F.col(name) for name in CONTENT_COLUMNS)
    return F.sha2(F.to_json(F.struct(*(column.alias(name) for column, name in zip(columns, CONTENT_COLUMNS, strict=True)))), 256)


def only(rows: DataFrame, offsets: pa.Table) -> DataFrame:
    """Keep the rows at these offsets."""
    return rows.join(F.broadcast(rows.sparkSession.createDataFrame(offsets)), _OFFSETS.names, "left_semi")


def without(rows: DataFrame, offsets: pa.Table) -> DataFrame:
    """Keep the rows at other than these offsets."""
    return rows.join(F.broadcast(rows.sparkSession.createDataFrame(offsets)), _OFFSETS.names, "left_anti") if offsets.num_rows else rows


def _landed_at_one_of(instants: list[int]) -> Column:
    landed_at = F.col("landed_at")
    if len(instants) > _MOST_INSTANTS:
        return landed_at.between(F.timestamp_micros(F.lit(instants[0])), F.timestamp_micros(F.lit(instants[-1])))
    return landed_at.isin([F.timestamp_micros(F.lit(instant)) for instant in instants])


def _replayed(rows: pa.Table) -> pa.ChunkedArray:
    return pc.fill_null(rows[IS_REPLAY], False)  # noqa: FBT003 - Arrow's own signature


def _suspects(rows: pa.Table) -> Iterable[Suspect]:
    columns = (rows[name].to_pylist() for name in (*_OFFSETS.names, "tenant", "event_id", "content"))
    for partition, offset, tenant, event_id, text in zip(*columns, strict=True):
        yield Suspect(partition, offset, (tenant, event_id), text)


def _at(verdicts: dict[tuple[int, int], Verdict], wanted: Verdict) -> pa.Table:
    marks = [mark for mark, verdict in verdicts.items() if verdict is wanted]
    return pa.table({"kafka_partition": [mark[0] for mark in marks], "kafka_offset": [mark[1] for mark in marks]}, schema=_OFFSETS)


def _microseconds(instants: pa.ChunkedArray) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    microseconds: np.ndarray[tuple[int], np.dtype[np.int64]] = pc.cast(instants, pa.int64()).to_numpy()
    return microseconds


def _microsecond(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
