"""Compaction: many small files of a table become few, while the landing job goes on."""

from dataclasses import dataclass

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from eddyline.lake.catalog import CATALOG
from eddyline.lake.table_facts import COMPACTED_BYTES

# Iceberg joins them itself from a hundred on; each is a file to open before a query begins.
_MANY_MANIFESTS = 20


@dataclass(frozen=True, slots=True)
class Compacted:
    """How many files one table had rewritten, and into how many, and how many bytes they were."""

    table: str
    files_before: int
    files_after: int
    bytes: int


def compact(spark: SparkSession, identifier: str, min_input_files: int) -> Compacted:
    """Rewrite each day's small files in the table's order once there are `min_input_files` of them.

    Rows keep their columns, so no mark is lost; a commit that comes in between is kept.
    """
    options = f"map('min-input-files', '{min_input_files}', 'target-file-size-bytes', '{COMPACTED_BYTES}', 'partial-progress.enabled', 'false')"
    (row,) = spark.sql(f"CALL {CATALOG}.system.rewrite_data_files(table => '{identifier}', strategy => 'sort', options => {options})").collect()
    if row.rewritten_data_files_count:
        _join_manifests(spark, identifier)
    return Compacted(identifier, row.rewritten_data_files_count, row.added_data_files_count, row.rewritten_bytes_count)


def _join_manifests(spark: SparkSession, identifier: str) -> None:
    if spark.table(f"{CATALOG}.{identifier}.manifests").count() <= _MANY_MANIFESTS:
        return
    try:
        spark.sql(f"CALL {CATALOG}.system.rewrite_manifests(table => '{identifier}')")
    except Py4JJavaError as error:
        # An append that came in between may drop a manifest that lists only deleted files; the next compaction tries again.
        if error.java_exception.getClass().getSimpleName() != "ValidationException":
            raise
