"""Compaction: many small files of a table become few, while the landing job goes on."""

from dataclasses import dataclass

from pyspark.sql import SparkSession

from eddyline.lake.catalog import CATALOG


@dataclass(frozen=True, slots=True)
class Compacted:
    """How many files one table had rewritten, and into how many."""

    table: str
    files_before: int
    files_after: int


def compact(spark: SparkSession, identifier: str, min_input_files: int) -> Compacted:
    """Rewrite each day's small files in the table's order once there are `min_input_files` of them.

    Rows keep their columns, so no mark is lost; a commit that comes in between is kept.
    """
    options = f"map('min-input-files', '{min_input_files}', 'partial-progress.enabled', 'false')"
    (row,) = spark.sql(f"CALL {CATALOG}.system.rewrite_data_files(table => '{identifier}', strategy => 'sort', options => {options})").collect()
    spark.sql(f"CALL {CATALOG}.system.rewrite_manifests(table => '{identifier}')")
    return Compacted(identifier, row.rewritten_data_files_count, row.added_data_files_count)
