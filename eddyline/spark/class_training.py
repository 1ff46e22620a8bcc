"""A short run of Spark that does what our jobs do, at whose end the JVM archives the classes it had loaded.

`python -m eddyline.spark.class_training ARCHIVE JAR...`; started by `eddyline.stack.spark_classes`.
"""

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from eddyline.lake.catalog import CATALOG
from eddyline.settings import load
from eddyline.spark.session import SHORT_LIVED, start_session, stop_session

ARCHIVING_TIMEOUT_S = 240


def main() -> None:
    """Start a driver on a lake that lives as long as this process, train it and let its JVM write the archive."""
    archive, *jars = map(Path, sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        settings = load(home=Path(folder), lake={"catalog_uri": "", "warehouse": ""}, landing={"driver_java_options": _options(archive)})
        spark = start_session(settings, "class-training", jars)
        _train(spark, Path(folder))
        stop_session(spark, ARCHIVING_TIMEOUT_S)


def _options(archive: Path) -> str:
    return f"{SHORT_LIVED} -XX:ArchiveClassesAtExit={archive}"


def _train(spark: SparkSession, folder: Path) -> None:
    table = f"{CATALOG}.training.rows"
    spark.sql(f"CREATE NAMESPACE {CATALOG}.training")
    spark.sql(f"CREATE TABLE {table} (timestamp TIMESTAMP, value BIGINT) USING iceberg PARTITIONED BY (day(timestamp))")

    def keep(rows: DataFrame, _: int) -> None:
        cached = rows.mapInArrow(_same, rows.schema).persist()
        cached.writeTo(table).append()
        cached.groupBy("value").count().join(spark.table(table), "value", "left").orderBy("value").collect()
        cached.unpersist()

    stream = spark.readStream.format("rate-micro-batch").option("rowsPerBatch", "20").load()
    query = stream.writeStream.foreachBatch(keep).option("checkpointLocation", str(folder / "checkpoint")).trigger(processingTime="100 milliseconds").start()
    while len(query.recentProgress) < 2 and query.isActive:
        query.awaitTermination(1)
    query.stop()
    spark.sql(f"CALL {CATALOG}.system.rewrite_data_files('training.rows')")


def _same(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
    yield from batches


if __name__ == "__main__":
    main()
