"""The projection of player states: what landed in `game.events` since the last time, folded per user and written as absolute values.

It reads the table, not the topic: resends are gone there already, so a state is a fold over the table's rows by construction. The
rows of `game.player_state` are the marks; they are written last, so a crash in between only writes the same values again.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from msgspec.structs import asdict
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema

from eddyline.contracts.tables import GAME_EVENTS, PLAYER_STATE
from eddyline.game.state import PlayerState, fold, new_player
from eddyline.lake.lease import Lease
from eddyline.players.coding import Key, key_of
from eddyline.players.store import PlayerWriter
from eddyline.spark.crash import Crash
from eddyline.spark.tables import is_empty, name_of, rows_of

Marks = dict[int, int]
"""The highest offset of each partition that is in the states."""
_EVENT = ("kafka_partition", "kafka_offset", "event_type", "occurred_at", "item_type", "quantity", "price", "amount", "guild_name", "level", "outcome")
_WHO = ("tenant", "user_id")
_PARTS = 4
_ARROW = {"string": pa.string(), "int": pa.int32(), "long": pa.int64(), "double": pa.float64(), "timestamptz": pa.timestamp("us", tz="UTC")}
# `refold` is true for a user whose new events do not all come after those that are in the state: the whole is folded again.
_FOLDED = pa.schema({column.name: _ARROW[column.type] for column in PLAYER_STATE.columns if column.name != "landed_at"} | {"refold": pa.bool_()})


@dataclass
class Projection:
    """Brings the states up to the table, a bounded number of offsets at a time."""

    spark: SparkSession
    stores: tuple[PlayerWriter, ...]
    lease: Lease
    crash: Crash
    most_offsets: int
    force: bool = False
    _marks: Marks = field(init=False)
    _snapshot: int = -1

    def __post_init__(self) -> None:
        if self.force:
            self.spark.sql(f"DELETE FROM {name_of(PLAYER_STATE)}")  # noqa: S608 - a contract's name
        self._marks = _marks(self.spark)

    def advance(self) -> int | None:
        """Take the next part; return how many players it changed, None when there is nothing new."""
        found = _snapshot(self.spark)
        if found == self._snapshot or is_empty(self.spark, GAME_EVENTS):
            return None
        until = self._until()
        if not until:
            self._snapshot = found
            return None
        self.lease.renew()
        states = self._states(until)
        self._write(states)
        self._marks |= until
        return len(states)

    def _until(self) -> Marks:
        """Choose how far to go: up to `most_offsets` beyond each mark, and no further than the table."""
        new = rows_of(self.spark, GAME_EVENTS).where(_beyond(self._marks))
        ends = new.groupBy("kafka_partition").agg(F.min("kafka_offset").alias("first"), F.max("kafka_offset").alias("last")).collect()
        return {row.kafka_partition: min(row.last, row.first + self.most_offsets - 1) for row in ends}

    def _states(self, until: Marks) -> list[PlayerState]:
        events = rows_of(self.spark, GAME_EVENTS).where(_within(until))
        known = rows_of(self.spark, PLAYER_STATE).drop("landed_at")
        folded = _fold(events.where(_beyond(self._marks)), known)
        again = folded.filter(folded["refold"])
        states = list(_read(folded.filter(pc.invert(folded["refold"]))))
        if again.num_rows:
            users = self.spark.createDataFrame(again.select(_WHO))
            # Their events up to the marks, and those that are new.
            settled = rows_of(self.spark, GAME_EVENTS).where(_within(self._marks | until))
            before = {key_of(state): state.place for state in _read(again)}
            whole = _read(_fold(settled.join(F.broadcast(users), list(_WHO), "left_semi"), known.limit(0)))
            # After a restart the marks may lie below what is in a state; what they allow is then older than what is known.
            states += [state for state in whole if state.place >= before[key_of(state)]]
        return states

    def _write(self, states: list[PlayerState]) -> None:
        for number, store in enumerate(self.stores):
            store.write(states, force=self.force)
            if number == 0:
                self.crash("after-topic-write")
        self.crash("after-stores-write")
        self._merge(states)
        self.crash("after-state-merge")

    def _merge(self, states: list[PlayerState]) -> None:
        now = datetime.now(UTC)
        rows = pa.Table.from_pylist([_row(state) | {"landed_at": now} for state in states], schema=_TABLE)
        self.lease.renew()
        self.spark.createDataFrame(rows).createOrReplaceTempView("new_player_states")
        columns = ", ".join(f"s.{name} = n.{name}" for name in PLAYER_STATE.column_names)
        names, values = ", ".join(PLAYER_STATE.column_names), ", ".join(f"n.{name}" for name in PLAYER_STATE.column_names)
        self.spark.sql(
            f"MERGE INTO {name_of(PLAYER_STATE)} s USING new_player_states n ON s.tenant = n.tenant AND s.user_id = n.user_id "  # noqa: S608 - contract's names
            "WHEN MATCHED AND (n.kafka_partition > s.kafka_partition OR (n.kafka_partition = s.kafka_partition AND n.kafka_offset >= s.kafka_offset)) "
            f"THEN UPDATE SET {columns} WHEN NOT MATCHED THEN INSERT ({names}) VALUES ({values})"
        )


_TABLE = pa.schema({column.name: _ARROW[column.type] for column in PLAYER_STATE.columns})


def held_keys(spark: SparkSession) -> set[Key]:
    """List the players of the table."""
    return {(row.tenant, row.user_id) for row in rows_of(spark, PLAYER_STATE).select(*_WHO).collect()}


def held_states(spark: SparkSession) -> Iterator[PlayerState]:
    """Read every state of the table, a part at a time."""
    rows = rows_of(spark, PLAYER_STATE).drop("landed_at").withColumn("part", F.pmod(F.xxhash64(*_WHO), F.lit(_PARTS)))
    for part in range(_PARTS):
        yield from map(_state, rows.where(F.col("part") == part).drop("part").toArrow().to_pylist())


def _snapshot(spark: SparkSession) -> int:
    row = spark.sql(f"SELECT snapshot_id FROM {name_of(GAME_EVENTS)}.refs WHERE name = 'main'").head()  # noqa: S608 - a contract's name
    return int(row.snapshot_id) if row else -1


def _marks(spark: SparkSession) -> Marks:
    rows = rows_of(spark, PLAYER_STATE).groupBy("kafka_partition").agg(F.max("kafka_offset").alias("last")).collect()
    return {row.kafka_partition: row.last for row in rows}


def _beyond(marks: Marks) -> Column:
    return ~_any(marks, lambda mark: F.col("kafka_offset") <= mark)


def _within(marks: Marks) -> Column:
    return _any(marks, lambda mark: F.col("kafka_offset") <= mark)


def _any(marks: Marks, holds: Callable[[int], Column]) -> Column:
    parts = ((F.col("kafka_partition") == partition) & holds(mark) for partition, mark in marks.items())
    return reduce(lambda one, other: one | other, parts, F.lit(False))  # noqa: FBT003 - Spark's own signature


def _fold(events: DataFrame, known: DataFrame) -> pa.Table:
    grouped = events.groupBy(*_WHO).agg(F.collect_list(F.struct(*_EVENT)).alias("new"))
    states = known.select(*_WHO, F.struct(*known.columns).alias("state"))
    return grouped.join(states, list(_WHO), "left").mapInArrow(_fold_batches, from_arrow_schema(_FOLDED)).toArrow()


def _fold_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield pa.RecordBatch.from_pylist([_folded(row) for row in batch.to_pylist()], schema=_FOLDED)


def _folded(row: Mapping[str, Any]) -> dict[str, Any]:
    events = row["new"]
    state = _state(row["state"]) if row["state"] else new_player(row["tenant"], row["user_id"], min(event["occurred_at"] for event in events))
    refold = min((event["kafka_partition"], event["kafka_offset"]) for event in events) <= state.place
    return _row(state if refold else fold(state, events)) | {"refold": refold}


def _row(state: PlayerState) -> dict[str, Any]:
    return asdict(state) | {"inventory": json.dumps(state.inventory, ensure_ascii=False)}


def _state(row: Mapping[str, Any]) -> PlayerState:
    return PlayerState(**{**row, "inventory": json.loads(row["inventory"])})


def _read(rows: pa.Table) -> Iterator[PlayerState]:
    return (_state(row) for row in rows.drop_columns(["refold"]).to_pylist())
