"""The projection of player states: what landed in `game.events` since the last time, folded per user and written as absolute values.

It reads the table, not the topic: resends are gone there already, so a state is a fold over the table's rows by construction. The
rows of `game.player_state` are the marks; they are written last, so a crash in between only writes the same values again.

A MERGE rewrites every file that holds a changed row, however few they are. So the rows of several steps wait in memory for one MERGE, no
more offsets of a partition than one step may take: what is folded again after a crash then reaches in its first step as far as any store.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from eddyline.contracts.tables import GAME_EVENTS, PLAYER_STATE
from eddyline.game.state import PlayerState
from eddyline.lake.lease import Lease
from eddyline.players.coding import Key, key_of
from eddyline.players.store import PlayerWriter
from eddyline.spark.crash import Crash
from eddyline.spark.folding import STATE_SCHEMA, TABLE_SCHEMA, WHO, fold_events, row_of, state_of, states_of
from eddyline.spark.tables import is_empty, name_of, rows_of

Marks = dict[int, int]
"""The highest offset of each partition that is in the states."""
# MERGEs take no more than a tenth of the time, but come at least so often.
_MERGES_SHARE, _MERGE_EVERY_S = 0.1, 30.0
_PARTS = 4


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
    _waiting: dict[Key, dict[str, Any]] = field(default_factory=dict)
    _first_waiting: Marks = field(default_factory=dict)
    _merge_at: float = 0.0
    _snapshot: int = -1

    def __post_init__(self) -> None:
        if self.force:
            self.spark.sql(f"DELETE FROM {name_of(PLAYER_STATE)}")  # noqa: S608 - a contract's name
        self._marks = _marks(self.spark)

    def advance(self) -> int | None:
        """Take the next part; return how many players it changed, None when there is nothing new."""
        states = self._take_part()
        if self._waiting and time.monotonic() >= self._merge_at:
            self.settle()
        return states

    def settle(self) -> None:
        """Write what waits into the table, which is then as far as the stores are."""
        if self._waiting:
            began = time.monotonic()
            self._merge()
            self.crash("after-state-merge")
            ended = time.monotonic()
            self._merge_at = ended + min((ended - began) / _MERGES_SHARE, _MERGE_EVERY_S)
        self._waiting, self._first_waiting = {}, {}

    def _take_part(self) -> int | None:
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
        self._waiting |= {key_of(state): row_of(state) for state in states}
        if any(offset + 1 >= self._first_waiting[partition] + self.most_offsets for partition, offset in until.items()):
            self.settle()
        return len(states)

    def _until(self) -> Marks:
        """Choose how far to go: no further than the table, and `most_offsets` in all until the next MERGE."""
        new = rows_of(self.spark, GAME_EVENTS).where(_beyond(self._marks))
        ends = new.groupBy("kafka_partition").agg(F.min("kafka_offset").alias("first"), F.max("kafka_offset").alias("last")).collect()
        self._first_waiting = {row.kafka_partition: row.first for row in ends} | self._first_waiting
        return {row.kafka_partition: min(row.last, self._first_waiting[row.kafka_partition] + self.most_offsets - 1) for row in ends}

    def _known(self) -> DataFrame:
        """Read the states up to the marks: those that wait, and the table's of everybody else."""
        rows = rows_of(self.spark, PLAYER_STATE).drop("landed_at")
        if not self._waiting:
            return rows
        waiting = self.spark.createDataFrame(pa.Table.from_pylist(list(self._waiting.values()), schema=STATE_SCHEMA))
        return rows.join(F.broadcast(waiting.select(*WHO)), list(WHO), "left_anti").unionByName(waiting)

    def _states(self, until: Marks) -> list[PlayerState]:
        events = rows_of(self.spark, GAME_EVENTS).where(_within(until))
        known = self._known()
        folded = fold_events(events.where(_beyond(self._marks)), known)
        again = folded.filter(folded["refold"])
        states = list(states_of(folded.filter(pc.invert(folded["refold"]))))
        if again.num_rows:
            users = self.spark.createDataFrame(again.select(WHO))
            # Their events up to the marks, and those that are new.
            settled = rows_of(self.spark, GAME_EVENTS).where(_within(self._marks | until))
            before = {key_of(state): state.place for state in states_of(again)}
            whole = states_of(fold_events(settled.join(F.broadcast(users), list(WHO), "left_semi"), known.limit(0)))
            # After a restart the marks may lie below what is in a state; what they allow is then older than what is known.
            states += [state for state in whole if state.place >= before[key_of(state)]]
        return states

    def _write(self, states: list[PlayerState]) -> None:
        for number, store in enumerate(self.stores):
            store.write(states, force=self.force)
            if number == 0:
                self.crash("after-topic-write")
        self.crash("after-stores-write")

    def _merge(self) -> None:
        now = datetime.now(UTC)
        rows = pa.Table.from_pylist([row | {"landed_at": now} for row in self._waiting.values()], schema=TABLE_SCHEMA)
        self.lease.renew()
        self.spark.createDataFrame(rows).createOrReplaceTempView("new_player_states")
        columns = ", ".join(f"s.{name} = n.{name}" for name in PLAYER_STATE.column_names)
        names, values = ", ".join(PLAYER_STATE.column_names), ", ".join(f"n.{name}" for name in PLAYER_STATE.column_names)
        self.spark.sql(
            f"MERGE INTO {name_of(PLAYER_STATE)} s USING new_player_states n ON s.tenant = n.tenant AND s.user_id = n.user_id "  # noqa: S608 - contract's names
            "WHEN MATCHED AND (n.kafka_partition > s.kafka_partition OR (n.kafka_partition = s.kafka_partition AND n.kafka_offset >= s.kafka_offset)) "
            f"THEN UPDATE SET {columns} WHEN NOT MATCHED THEN INSERT ({names}) VALUES ({values})"
        )


def held_keys(spark: SparkSession) -> set[Key]:
    """List the players of the table."""
    return {(row.tenant, row.user_id) for row in rows_of(spark, PLAYER_STATE).select(*WHO).collect()}


def held_states(spark: SparkSession) -> Iterator[PlayerState]:
    """Read every state of the table, a part at a time."""
    rows = rows_of(spark, PLAYER_STATE).drop("landed_at").withColumn("part", F.pmod(F.xxhash64(*WHO), F.lit(_PARTS)))
    for part in range(_PARTS):
        yield from map(state_of, rows.where(F.col("part") == part).drop("part").toArrow().to_pylist())


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
