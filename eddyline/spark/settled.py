"""What the tables hold already: their rows are the marks, so a replay appends only what is missing."""

from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from eddyline.contracts.tables import ERASED, QUARANTINE, Table
from eddyline.contracts.topics import Topic
from eddyline.spark.decode import MARK
from eddyline.spark.tables import is_empty, rows_of

_MARK_SCHEMA = pa.schema({"kafka_topic": pa.string(), "kafka_partition": pa.int32(), "kafka_offset": pa.int64()})


@dataclass
class Settled:
    """Offsets that need no landing: all up to `marks`, and those listed in `beyond` (columns `MARK`).

    Accepted rows land after the quarantine's of the same batch, so up to the accepted table's mark every offset is
    settled in both; above it the quarantine may hold some offsets of a batch whose accepted rows never landed.
    """

    marks: dict[tuple[str, int], int]
    beyond: pa.Table

    def missing(self, records: DataFrame) -> DataFrame:
        """Keep the records that no table holds."""
        above = records.where(F.col("kafka_offset") > self._mark())
        if not self.beyond.num_rows:
            return above
        held = records.sparkSession.createDataFrame(self.beyond)
        return above.join(F.broadcast(held), list(MARK), "left_anti")

    def advance(self, landed: pa.Table) -> None:
        """Settle a batch that has landed whole (columns `MARK`)."""
        self.marks |= self._up_to(landed)
        if self.beyond.num_rows:
            self.beyond = _above(self.beyond, self.marks)

    @property
    def held(self) -> dict[tuple[str, int], int]:
        """The highest offset of each topic and partition that any table holds."""
        return self.marks | self._up_to(self.beyond)

    def _up_to(self, offsets: pa.Table) -> dict[tuple[str, int], int]:
        highest = offsets.group_by(["kafka_topic", "kafka_partition"]).aggregate([("kafka_offset", "max")]).to_pylist()
        of_place = {(row["kafka_topic"], row["kafka_partition"]): row["kafka_offset_max"] for row in highest}
        return {place: max(self.marks.get(place, -1), offset) for place, offset in of_place.items()}

    def _mark(self) -> Column:
        if not self.marks:
            return F.lit(-1)
        pairs = ((F.lit(f"{topic}/{partition}"), F.lit(offset)) for (topic, partition), offset in self.marks.items())
        marks = F.create_map(*(part for pair in pairs for part in pair))
        return F.coalesce(marks[F.concat_ws("/", "kafka_topic", "kafka_partition")], F.lit(-1))


def read_settled(spark: SparkSession, accepted: Table, topic: Topic) -> Settled:
    """Ask the accepted table and the quarantine which offsets of a topic and its dead letters they hold."""
    if is_empty(spark, accepted) and is_empty(spark, QUARANTINE) and is_empty(spark, ERASED):
        return Settled({}, _nothing())
    marks = _marks(_offsets(spark, accepted, topic.name))
    above = F.col("kafka_offset") > Settled(marks, _nothing())._mark()  # noqa: SLF001
    # A run of erased offsets that ends above the mark may begin below it.
    beyond = each_offset(_offsets(spark, QUARANTINE, topic.name).where(above)).where(above).toArrow()
    return Settled(marks | _marks(_offsets(spark, QUARANTINE, topic.dead_letters.name)), beyond.cast(_MARK_SCHEMA))


def read_settled_copy(spark: SparkSession, copy: Table, topic: Topic) -> Settled:
    """Ask a filtered copy, which quarantines nothing, up to where it has read the topic."""
    return Settled(_marks(_offsets(spark, copy, topic.name)), _nothing())


def _offsets(spark: SparkSession, table: Table, topic: str) -> DataFrame:
    columns = (F.lit(topic).alias("kafka_topic"), "kafka_partition", "kafka_offset", F.lit(None).cast("long").alias("first_offset"))
    rows = rows_of(spark, table)
    landed = (rows.where(F.col("kafka_topic") == topic) if "kafka_topic" in rows.columns else rows).select(*columns)
    if is_empty(spark, ERASED):
        return landed
    erased = rows_of(spark, ERASED).where((F.col("table_name") == table.identifier) & (F.col("kafka_topic") == topic))
    return landed.union(erased.select(*columns[:-1], "first_offset"))


def each_offset(runs: DataFrame) -> DataFrame:
    """List each offset (columns `MARK`) of rows that stand for one, for a run from `first_offset`, or for none where that lies beyond."""
    first = F.coalesce("first_offset", "kafka_offset")
    offsets = F.explode(F.sequence(first, "kafka_offset"))
    return runs.where(first <= F.col("kafka_offset")).select("kafka_topic", "kafka_partition", offsets.alias("kafka_offset"))


def _marks(offsets: DataFrame) -> dict[tuple[str, int], int]:
    highest = offsets.groupBy("kafka_topic", "kafka_partition").agg(F.max("kafka_offset").alias("highest"))
    return {(row.kafka_topic, row.kafka_partition): row.highest for row in highest.collect()}


def _above(offsets: pa.Table, marks: dict[tuple[str, int], int]) -> pa.Table:
    topic, partition, offset = (pc.field(name) for name in MARK)
    settled = [(topic == of_topic) & (partition == of_partition) & (offset <= mark) for (of_topic, of_partition), mark in marks.items()]
    return offsets.filter(~reduce(lambda one, other: one | other, settled))


def _nothing() -> pa.Table:
    return _MARK_SCHEMA.empty_table()
