"""The Spark session: the catalog `lake`, local mode settings that were measured, and the jars."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pyspark.sql import SparkSession
from sqlalchemy.engine import make_url

from eddyline.lake.catalog import CATALOG, region_of
from eddyline.lake.database import LOCKED_S
from eddyline.settings import LakeSettings, Settings
from eddyline.spark import class_archive

# A driver that lives a minute is up in two thirds of the CPU without the optimising compiler; one that lives longer wants it.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_LOG4J = (Path(__file__).parent / "log4j2.properties").as_uri()
_STOP_TIMEOUT_S = 20
_ICEBERG = "org.apache.iceberg.spark"
# Spark's own pattern for plans knows no login and no key of Kafka's: the text of a plan is in what a failing query says.
_MASKED_IN_PLANS = "(?i)url|jaas|keystore|key[.]password"


def start_session(settings: Settings, name: str, jars: Sequence[Path] = ()) -> SparkSession:
    """Start the driver; under spark-submit the master, memory and jars it was given win."""
    # Workers take the interpreter of the PATH otherwise, which has none of our packages.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    if settings.lake.hdfs_user:
        os.environ["HADOOP_USER_NAME"] = settings.lake.hdfs_user
    builder = SparkSession.builder.appName(name)
    options = _options(settings) | ({} if submitted() else _local_options(settings, jars))
    for option, value in options.items():
        builder = builder.config(option, value)
    session = builder.getOrCreate()
    # PySpark puts the builder's options into the JVM's command line, and the catalog's hold passwords.
    for option, value in catalog_options(settings).items():
        session.conf.set(option, value)
    return session


@contextmanager
def driver(settings: Settings, name: str, jars: Sequence[Path] = ()) -> Iterator[SparkSession]:
    """Run the driver while the block runs; it has gone at the end."""
    session = start_session(settings, name, jars)
    try:
        yield session
    finally:
        stop_session(session)


def short_lived(settings: Settings) -> Settings:
    """Return the settings for the driver of a command that lives a minute."""
    return settings.model_copy(update={"landing": settings.landing.model_copy(update={"driver_java_options": SHORT_LIVED})})


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
        "spark.sql.redaction.options.regex": _MASKED_IN_PLANS,
    }


def _local_options(settings: Settings, jars: Sequence[Path]) -> dict[str, str]:
    return {
        "spark.master": f"local[{settings.landing.cores},4]",
        "spark.driver.memory": settings.landing.driver_memory,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={_LOG4J} --enable-native-access=ALL-UNNAMED "
        f"{class_archive.java_options(jars)} {settings.landing.driver_java_options}",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # On the class path rather than as `spark.jars`, which copies them at each start and keeps their classes out of the archive.
        "spark.driver.extraClassPath": os.pathsep.join(str(jar) for jar in class_archive.lacking(jars)),
        "spark.local.dir": str(settings.home / "run" / "spark"),
        "spark.sql.warehouse.dir": str(settings.home / "run" / "spark-warehouse"),
        "spark.sql.streaming.checkpointFileManagerClass": "org.apache.spark.sql.execution.streaming.checkpointing.FileSystemBasedCheckpointFileManager",
    }


def catalog_options(settings: Settings) -> dict[str, str]:
    """Configure Iceberg's JDBC catalog for Spark, the same one PyIceberg and Trino open; secrets are among the values."""
    prefix = f"spark.sql.catalog.{CATALOG}"
    options = {
        "type": "jdbc",
        "uri": _jdbc_uri(settings.lake.catalog_uri),
        "jdbc.schema-version": "V1",
        "warehouse": settings.lake.warehouse,
        # Another process may commit at any time; a cached table would hide it from the marks.
        "cache-enabled": "false",
    }
    options |= _login(settings.lake.catalog_uri) | (_s3(settings.lake) if settings.lake.is_on_s3 else {})
    return {prefix: f"{_ICEBERG}.SparkCatalog"} | {f"{prefix}.{name}": value for name, value in options.items()}


def _login(catalog_uri: str) -> dict[str, str]:
    url = make_url(catalog_uri)
    return {"jdbc.user": url.username, "jdbc.password": str(url.password or "")} if url.username else {}


def _s3(lake: LakeSettings) -> dict[str, str]:
    path_style = str(lake.s3_path_style).lower()
    endpoint = {"s3.endpoint": lake.s3_endpoint, "s3.path-style-access": path_style} if lake.s3_endpoint else {}
    keys = {"s3.access-key-id": lake.s3_access_key, "s3.secret-access-key": lake.s3_secret_key, "s3.session-token": lake.s3_session_token}
    given = {name: key.get_secret_value() for name, key in keys.items() if key.get_secret_value()}
    return {"io-impl": "org.apache.iceberg.aws.s3.S3FileIO", "client.region": region_of(lake)} | endpoint | given


def _jdbc_uri(catalog_uri: str) -> str:
    url = make_url(catalog_uri)
    if url.get_backend_name() == "sqlite":
        return f"jdbc:sqlite:{url.database}?busy_timeout={LOCKED_S * 1000}"
    return f"jdbc:{url.get_backend_name()}://{url.host}:{url.port or 5432}/{url.database}"


def stop_session(session: SparkSession, timeout_s: float = _STOP_TIMEOUT_S) -> None:
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
        process.wait(timeout_s)


def driver_pid(session: SparkSession) -> int:
    """Give the process id of the driver's JVM, which is the one that writes."""
    jvm = session.sparkContext._jvm  # noqa: SLF001 - the only door to the JVM that PySpark has
    assert jvm is not None
    return int(jvm.java.lang.ProcessHandle.current().pid())
