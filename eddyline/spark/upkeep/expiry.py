"""Expiry: old snapshots go, and with them the files that no other snapshot needs; rows of the present stay, so no mark is lost."""

from dataclasses import dataclass
from datetime import UTC, datetime

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from eddyline.lake.catalog import CATALOG


@dataclass(frozen=True, slots=True)
class Expired:
    """How many snapshots of one table went, how many stayed, and how many files and bytes of data went with them."""

    table: str
    snapshots: int
    kept: int
    files: int
    bytes: int


def expire(spark: SparkSession, identifier: str, keep: int, older_than: datetime | None = None) -> Expired:
    """Remove the snapshots that are older than an instant (none: all), except the newest `keep` and those that a tag or branch names."""
    before, size = count_snapshots(spark, identifier), _bytes(spark, identifier)
    instant = (older_than or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
    (done,) = spark.sql(
        f"CALL {CATALOG}.system.expire_snapshots(table => '{identifier}', older_than => TIMESTAMP '{instant}', retain_last => {keep})"
    ).collect()
    kept = count_snapshots(spark, identifier)
    return Expired(identifier, before - kept, kept, sum(count or 0 for count in done), size - _bytes(spark, identifier))


def count_snapshots(spark: SparkSession, identifier: str) -> int:
    """Count a table's snapshots."""
    return spark.table(f"{CATALOG}.{identifier}.snapshots").count()


def _bytes(spark: SparkSession, identifier: str) -> int:
    """Sum the files that any snapshot needs."""
    files = spark.table(f"{CATALOG}.{identifier}.all_files").select("file_path", "file_size_in_bytes").distinct()
    return int(files.agg(F.coalesce(F.sum("file_size_in_bytes"), F.lit(0))).head(1)[0][0])
