"""Deletion of rows on purpose: floors first, then the rows, then every file that still has them."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from eddyline.errors import LakeError
from eddyline.lake.catalog import CATALOG
from eddyline.spark.decode import MARK
from eddyline.spark.upkeep.expiry import count_snapshots, expire
from eddyline.spark.upkeep.floors import record_floors
from eddyline.spark.upkeep.orphans import remove_orphans_of_all_ages

_TINY_MANIFESTS = "commit.manifest.target-size-bytes"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table: those for which a condition in SQL with named parameters holds; `topic` is theirs where no column says it."""

    table: str
    condition: str
    parameters: Mapping[str, object]
    topic: str | None = None


def count(spark: SparkSession, rows: Rows) -> int:
    """Count the rows."""
    (found,) = spark.sql(f"SELECT count(*) AS n FROM {CATALOG}.{rows.table} WHERE {rows.condition}", dict(rows.parameters)).collect()  # noqa: S608 - ours
    return int(found.n)


def delete(spark: SparkSession, rows: Rows) -> int:
    """Note the rows' offsets in `ops.erased` where they have any, then delete the rows; return how many there were.

    Only for who owns the table. Files are rewritten without the rows, but older snapshots still have them: see `purge`.
    """
    found = spark.sql(f"SELECT * FROM {CATALOG}.{rows.table} WHERE {rows.condition}", dict(rows.parameters))  # noqa: S608 - ours
    if rows.topic or "kafka_topic" in found.columns:
        marks = found if rows.topic is None else found.withColumn("kafka_topic", F.lit(rows.topic))
        record_floors(spark, rows.table, marks.select(*MARK))
    number = count(spark, rows)
    if number:
        spark.sql(f"DELETE FROM {CATALOG}.{rows.table} WHERE {rows.condition}", dict(rows.parameters))  # noqa: S608 - ours
    return number


def purge(spark: SparkSession, identifier: str) -> list[str]:
    """Leave no file on the storage that only deleted rows need: rewrite, expire all but the present snapshot, remove orphans.

    Only for who owns the table. Returns what still keeps old rows: tags and branches that somebody made.
    """
    if not count_snapshots(spark, identifier):
        return []
    _rewrite_files_with_deletes(spark, identifier)
    _forget_deleted_files(spark, identifier)
    expire(spark, identifier, keep=1)
    remove_orphans_of_all_ages(spark, identifier)
    refs = spark.table(f"{CATALOG}.{identifier}.refs").where("name <> 'main'").collect()
    return [f"{ref.type.lower()} {ref.name}" for ref in refs]


def _rewrite_files_with_deletes(spark: SparkSession, identifier: str) -> None:
    # Another engine's DELETE may have left the rows in their files and only marked their positions.
    if spark.table(f"{CATALOG}.{identifier}.delete_files").count():
        options = "map('delete-file-threshold', '1', 'remove-dangling-deletes', 'true')"
        spark.sql(f"CALL {CATALOG}.system.rewrite_data_files(table => '{identifier}', options => {options})")


def _forget_deleted_files(spark: SparkSession, identifier: str) -> None:
    """Rewrite manifests that list deleted files: they keep the least and greatest values of each column, user ids too."""
    # One that was killed in this very moment has left it.
    _unset(spark, identifier)
    for _ in range(3):
        manifests = spark.table(f"{CATALOG}.{identifier}.manifests").select("length", "deleted_data_files_count", "deleted_delete_files_count").collect()
        if not any(each.deleted_data_files_count or each.deleted_delete_files_count for each in manifests):
            return
        if len(manifests) == 1:
            # A single manifest counts as well arranged and would stay: for a moment it is too large.
            _alter(spark, identifier, f"SET TBLPROPERTIES ('{_TINY_MANIFESTS}' = '{max(1, manifests[0].length // 2)}')")
        spark.sql(f"CALL {CATALOG}.system.rewrite_manifests(table => '{identifier}')")
        if len(manifests) == 1:
            _unset(spark, identifier)
    raise LakeError(f"the manifests of {identifier} still list deleted files, with their least and greatest values; run the command again")


def _unset(spark: SparkSession, identifier: str) -> None:
    if any(row.key == _TINY_MANIFESTS for row in spark.sql(f"SHOW TBLPROPERTIES {CATALOG}.{identifier}").collect()):
        _alter(spark, identifier, f"UNSET TBLPROPERTIES ('{_TINY_MANIFESTS}')")


def _alter(spark: SparkSession, identifier: str, change: str) -> None:
    spark.sql(f"ALTER TABLE {CATALOG}.{identifier} {change}")
