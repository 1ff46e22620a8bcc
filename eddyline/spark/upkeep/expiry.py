"""Expiry: old snapshots go, and with them the files that no other snapshot needs; rows of the present stay, so no mark is lost."""

from dataclasses import dataclass
from datetime import UTC, datetime

from pyspark.sql import SparkSession

from eddyline.lake.catalog import CATALOG


@dataclass(frozen=True, slots=True)
class Expired:
    """How many snapshots of one table went, how many stayed, and how many files went with them."""

    table: str
    snapshots: int
    kept: int
    files: int


def expire(spark: SparkSession, identifier: str, keep: int, older_than: datetime | None = None) -> Expired:
    """Remove the snapshots that are older than an instant (none: all), except the newest `keep` and those that a tag or branch names."""
    before = count_snapshots(spark, identifier)
    instant = (older_than or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
    (done,) = spark.sql(
        f"CALL {CATALOG}.system.expire_snapshots(table => '{identifier}', older_than => TIMESTAMP '{instant}', retain_last => {keep})"
    ).collect()
    kept = count_snapshots(spark, identifier)
    return Expired(identifier, before - kept, kept, sum(count or 0 for count in done))


def count_snapshots(spark: SparkSession, identifier: str) -> int:
    """Count a table's snapshots."""
    return spark.table(f"{CATALOG}.{identifier}.snapshots").count()
