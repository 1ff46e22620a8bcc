"""The Spark session: the catalog `lake`, local mode settings that were measured, and the jars."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pyspark.sql import SparkSession
from sqlalchemy.engine import make_url

from eddyline.lake.catalog import CATALOG
from eddyline.settings import Settings

# A driver that lives a minute is up in two thirds of the CPU without the optimising compiler; one that lives longer wants it.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_LOG4J = (Path(__file__).parent / "log4j2.properties").as_uri()
_STOP_TIMEOUT_S = 20
_ICEBERG = "org.apache.iceberg.spark"


def start_session(settings: Settings, name: str, jars: Sequence[Path] = ()) -> SparkSession:
    """Start the driver; under spark-submit the master, memory and jars it was given win."""
    # Workers take the interpreter of the PATH otherwise, which has none of our packages.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    builder = SparkSession.builder.appName(name)
    options = _options(settings) | catalog_options(settings) | ({} if submitted() else _local_options(settings, jars))
    for option, value in options.items():
        builder = builder.config(option, value)
    return builder.getOrCreate()


def submitted() -> bool:
    """Tell whether spark-submit started this process: its JVM runs already, with the jars it was given."""
    return "PYSPARK_GATEWAY_PORT" in os.environ


def _options(settings: Settings) -> dict[str, str]:
    return {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.extensions": f"{_ICEBERG}.extensions.IcebergSparkSessionExtensions",
        "spark.sql.shuffle.partitions": str(settings.landing.cores),
        "spark.sql.streaming.minBatchesToRetain": "10",
        "spark.sql.streaming.metricsEnabled": "false",
    }


def _local_options(settings: Settings, jars: Sequence[Path]) -> dict[str, str]:
    return {
        "spark.master": f"local[{settings.landing.cores},4]",
        "spark.driver.memory": settings.landing.driver_memory,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={_LOG4J} --enable-native-access=ALL-UNNAMED {settings.landing.driver_java_options}",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.jars": ",".join(str(jar) for jar in jars),
        "spark.local.dir": str(settings.home / "run" / "spark"),
        "spark.sql.warehouse.dir": str(settings.home / "run" / "spark-warehouse"),
        "spark.sql.streaming.checkpointFileManagerClass": "org.apache.spark.sql.execution.streaming.checkpointing.FileSystemBasedCheckpointFileManager",
    }


def catalog_options(settings: Settings) -> dict[str, str]:
    """Configure Iceberg's JDBC catalog for Spark, the same one PyIceberg and Trino open."""
    url = make_url(settings.lake.catalog_uri)
    prefix = f"spark.sql.catalog.{CATALOG}"
    options = {
        prefix: f"{_ICEBERG}.SparkCatalog",
        f"{prefix}.type": "jdbc",
        f"{prefix}.uri": _jdbc_uri(settings.lake.catalog_uri),
        f"{prefix}.jdbc.schema-version": "V1",
        f"{prefix}.warehouse": settings.lake.warehouse,
        # Another process may commit at any time; a cached table would hide it from the marks.
        f"{prefix}.cache-enabled": "false",
    }
    return options | ({f"{prefix}.jdbc.user": url.username, f"{prefix}.jdbc.password": str(url.password or "")} if url.username else {})


def _jdbc_uri(catalog_uri: str) -> str:
    url = make_url(catalog_uri)
    if url.get_backend_name() == "sqlite":
        return f"jdbc:sqlite:{url.database}?busy_timeout=30000"
    return f"jdbc:{url.get_backend_name()}://{url.host}:{url.port or 5432}/{url.database}"


def stop_session(session: SparkSession) -> None:
    """Stop Spark and return when the driver's JVM has gone, so that nothing can still write."""
    gateway = session.sparkContext._gateway  # noqa: SLF001
    session.stop()
    process: subprocess.Popen[bytes] | None = getattr(gateway, "proc", None)
    if gateway is None or process is None:
        return  # spark-submit owns the JVM and ends it after us
    gateway.shutdown()
    with process:
        if process.stdin:
            process.stdin.close()
        process.wait(_STOP_TIMEOUT_S)


def driver_pid(session: SparkSession) -> int:
    """Give the process id of the driver's JVM, which is the one that writes."""
    jvm = session.sparkContext._jvm  # noqa: SLF001 - the only door to the JVM that PySpark has
    assert jvm is not None
    return int(jvm.java.lang.ProcessHandle.current().pid())
