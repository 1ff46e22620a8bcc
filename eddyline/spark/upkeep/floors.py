"""Floors: offsets of rows that are about to be deleted, noted in `ops.erased` first, so that no mark sinks and all stay countable."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from eddyline.contracts.places import Place
from eddyline.contracts.tables import ERASED
from eddyline.spark.decode import MARK
from eddyline.spark.settled import each_offset
from eddyline.spark.tables import name_of, rows_of

_MARKS = pa.schema({"kafka_topic": pa.string(), "kafka_partition": pa.int32(), "kafka_offset": pa.int64()})
_RUNS = pa.schema({"kafka_topic": pa.string(), "kafka_partition": pa.int32(), "first_offset": pa.int64(), "kafka_offset": pa.int64()})


def record_floors(spark: SparkSession, identifier: str, offsets: DataFrame) -> int:
    """Note offsets (columns `MARK`) of a table as erased, consecutive ones in one row; return how many were not noted before."""
    noted = each_offset(rows_of(spark, ERASED).where(F.col("table_name") == identifier))
    new = offsets.select(*MARK).distinct().join(noted, list(MARK), "left_anti")
    runs = _runs(new).toArrow().cast(_RUNS)
    _append(spark, identifier, runs)
    return sum(row["kafka_offset"] - row["first_offset"] + 1 for row in runs.to_pylist())


def record_places(spark: SparkSession, identifier: str, places: Sequence[Place]) -> int:
    """Note the offsets of these places of a table as erased; see `record_floors`."""
    if not places:
        return 0
    columns = ([each.topic for each in places], [each.partition for each in places], [each.offset for each in places])
    return record_floors(spark, identifier, spark.createDataFrame(pa.table(dict(zip(MARK, columns, strict=True)), schema=_MARKS)))


def record_marks(spark: SparkSession, identifier: str, places: Iterable[Place]) -> None:
    """Keep a table's marks at least here, whatever stood there: the topic is about to lose all up to these places."""
    # Runs of no offsets: they hold the marks, and count nothing as erased.
    rows = [{"kafka_topic": each.topic, "kafka_partition": each.partition, "first_offset": each.offset + 1, "kafka_offset": each.offset} for each in places]
    _append(spark, identifier, pa.Table.from_pylist(rows, schema=_RUNS))


def _append(spark: SparkSession, identifier: str, runs: pa.Table) -> None:
    if not runs.num_rows:
        return
    rows = spark.createDataFrame(runs).withColumns({"table_name": F.lit(identifier), "landed_at": F.lit(datetime.now(UTC))})
    alone = F.when(F.col("first_offset") != F.col("kafka_offset"), F.col("first_offset"))
    rows.withColumn("first_offset", alone).select(*ERASED.column_names).coalesce(1).writeTo(name_of(ERASED)).option("check-nullability", "false").append()


def _runs(offsets: DataFrame) -> DataFrame:
    # Within a run the offset and its rank grow alike, so their difference names the run.
    rank = F.row_number().over(Window.partitionBy("kafka_topic", "kafka_partition").orderBy("kafka_offset"))
    grouped = offsets.withColumn("run", F.col("kafka_offset") - rank).groupBy("kafka_topic", "kafka_partition", "run")
    first, last = F.min("kafka_offset").alias("first_offset"), F.max("kafka_offset").alias("kafka_offset")
    return grouped.agg(first, last).select(*_RUNS.names)
