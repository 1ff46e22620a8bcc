"""Iceberg tables as Spark sees them."""

from typing import Any

from pyspark.sql import DataFrame, SparkSession

from eddyline.contracts.tables import Table
from eddyline.lake.catalog import CATALOG


def rows_of(spark: SparkSession, table: Table) -> DataFrame:
    """Read a table as of now."""
    return spark.table(name_of(table))


def name_of(table: Table) -> str:
    """Name a table for Spark."""
    return f"{CATALOG}.{table.identifier}"


def is_empty(spark: SparkSession, table: Table) -> bool:
    """Tell from the metadata alone whether nothing was ever committed: a query costs a cold driver seconds."""
    return load_iceberg(spark, table).currentSnapshot() is None


def load_iceberg(spark: SparkSession, table: Table) -> Any:
    """Load Iceberg's own object of a table, as of now."""
    jvm = spark.sparkContext._jvm  # noqa: SLF001 - Iceberg's metadata has no other door from Python
    assert jvm is not None
    return jvm.org.apache.iceberg.spark.Spark3Util.loadIcebergTable(spark._jsparkSession, name_of(table))  # noqa: SLF001
