"""Orphans: files under a table's location that no snapshot and no metadata names, left by writers that were killed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pyiceberg.io import FileIO
from pyspark.sql import SparkSession

from eddyline.errors import SettingsError
from eddyline.lake.catalog import CATALOG

# A file is written before the commit that names it: a batch, or a compaction of a large table, may take long.
SAFE_AGE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Orphans:
    """The orphans of one table, how many bytes they are, and whether they were removed."""

    table: str
    files: tuple[str, ...]
    bytes: int
    removed: bool


def sweep(spark: SparkSession, identifier: str, files: FileIO, older_than: timedelta, *, remove: bool) -> Orphans:
    """Find and measure the orphans that are at least so old, and remove them if so told; see `orphans`."""
    found = orphans(spark, identifier, older_than, remove=False)
    size = sum(len(files.new_input(location)) for location in found)
    if found and remove:
        orphans(spark, identifier, older_than, remove=True)
    return Orphans(identifier, tuple(found), size, remove)


def orphans(spark: SparkSession, identifier: str, older_than: timedelta, *, remove: bool) -> list[str]:
    """List, and remove if so told, the files that nothing names and that are at least so old.

    Raises SettingsError below SAFE_AGE: a younger file may belong to a commit that is still to come.
    """
    if older_than < SAFE_AGE:
        raise SettingsError(f"files younger than {SAFE_AGE / timedelta(hours=1):g} hours may belong to a commit that is still to come; choose a greater age")
    instant = (datetime.now(UTC) - older_than).replace(tzinfo=None)
    rows = spark.sql(
        f"CALL {CATALOG}.system.remove_orphan_files(table => '{identifier}', older_than => TIMESTAMP '{instant}', "
        f"dry_run => {str(not remove).lower()}, prefix_listing => true)"
    ).collect()
    return sorted(row.orphan_file_location for row in rows)


def remove_orphans_of_all_ages(spark: SparkSession, identifier: str) -> list[str]:
    """Remove every file that nothing names. Only for who owns the table, so that no commit of anybody is under way."""
    jvm: Any = spark.sparkContext._jvm  # noqa: SLF001 - the procedure refuses young files, the action beneath it does not
    session = spark._jsparkSession  # noqa: SLF001 - as above
    table = jvm.org.apache.iceberg.spark.Spark3Util.loadIcebergTable(session, f"{CATALOG}.{identifier}")
    action = jvm.org.apache.iceberg.spark.actions.SparkActions.get(session).deleteOrphanFiles(table)
    soon = int((datetime.now(UTC) + timedelta(minutes=1)).timestamp() * 1000)
    return sorted(action.olderThan(soon).usePrefixListing(True).execute().orphanFileLocations())  # noqa: FBT003 - Iceberg's own signature
