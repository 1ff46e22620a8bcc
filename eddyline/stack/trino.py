"""A real Trino server as a native process, on the same catalog and files as everything else."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests
import trino
from sqlalchemy.engine import URL, make_url

from eddyline.errors import SetupError
from eddyline.lake.catalog import region_of
from eddyline.settings import LakeSettings, Settings
from eddyline.stack import jars, ports, trino_install
from eddyline.stack.process import Command
from eddyline.stack.server import TABLES_NEED, Server

HEAP = "1500M"
# Only a table makes it ask for a node that has the catalog, some seconds later than for one that has not.
READY = "SELECT 1 FROM lake.game.events LIMIT 1"
NOT_YET = {"SERVER_STARTING_UP", "NO_NODES_AVAILABLE"}
CONFIG = """coordinator=true
node-scheduler.include-coordinator=true
http-server.http.port={port}
discovery.uri=http://127.0.0.1:{port}
query.max-memory-per-node=400MB
memory.heap-headroom-per-node=300MB
task.concurrency=2
http-server.log.path={folder}/http-request.log
plugin.dir={server}/plugin
catalog.config-dir={folder}/catalog
"""
CATALOG = """connector.name=iceberg
iceberg.catalog.type=jdbc
iceberg.jdbc-catalog.catalog-name=lake
iceberg.jdbc-catalog.schema-version=V1
iceberg.jdbc-catalog.driver-class={driver}
iceberg.jdbc-catalog.connection-url={url}
iceberg.jdbc-catalog.default-warehouse-dir={warehouse}
"""
HADOOP_FILES = "fs.hadoop.enabled=true\n"
# Secrets reach Trino by its environment. S3 keys are no properties at all: it logs the values of those, an access key's, too.
CATALOG_LOGIN = "LAKE_CATALOG_PASSWORD"


class TrinoServer(Server):
    """One Trino coordinator that is its own worker; port 0 in the settings takes a free one."""

    name = "trino"
    start_timeout_s = 300.0
    needs = TABLES_NEED

    def __init__(self, settings: Settings, *, on_progress: jars.OnProgress | None = None, log: Path | None = None) -> None:
        """Describe the server; nothing is downloaded or started before `start`."""
        self.port = settings.trino.port or ports.free_port()
        self.settings = settings.model_copy(update={"trino": settings.trino.model_copy(update={"port": self.port, "host": ports.LOOPBACK})})
        self._folder = settings.home / "trino"
        self._log = log or settings.home / "logs" / "trino.log"
        self._on_progress = on_progress
        self._installed: trino_install.Installed | None = None

    @property
    def log(self) -> Path:
        """The file with Trino's output."""
        return self._log

    def prepare(self) -> None:
        """Install Trino where it is missing, and write its settings."""
        super().prepare()
        self._installed = trino_install.install(self._on_progress)
        (self._folder / "catalog").mkdir(parents=True, exist_ok=True)
        config = CONFIG.format(port=self.port, server=self._installed.server, folder=self._folder)
        (self._folder / "config.properties").write_text(config, encoding="utf-8")
        (self._folder / "catalog" / "lake.properties").write_text(catalog_properties(self.settings), encoding="utf-8")

    def command(self) -> Command:
        """Return the command that runs the prepared server."""
        assert self._installed is not None, "prepare Trino first"
        node = {"node.id": "eddyline", "node.environment": "eddyline", "node.data-dir": self._folder / "data", "config": self._folder / "config.properties"}
        # Without these it listens on every interface.
        node |= {"node.bind-ip": ports.LOOPBACK, "node.internal-address": ports.LOOPBACK}
        options = [f"-D{name}={value}" for name, value in node.items()]
        return [self._installed.java, f"-Xmx{HEAP}", *options, "-cp", f"{self._installed.server}/lib/*", "io.trino.server.TrinoServer"]

    def environ(self) -> Mapping[str, str]:
        """Return our environment with the secrets that the catalog file names."""
        hadoop = {"HADOOP_USER_NAME": self.settings.lake.hdfs_user} if self.settings.lake.hdfs_user else {}
        return {**os.environ, **hadoop, **catalog_secrets(self.settings)}

    def is_ready(self) -> bool:
        """Tell whether Trino reads tables of our catalog; its own /v1/info says so too early."""
        if not ports.answers(self.port):
            return False
        try:
            connect: Any = trino.dbapi.connect
            with connect(host=ports.LOOPBACK, port=self.port, user="eddyline", request_timeout=5, max_attempts=1) as connection:
                connection.cursor().execute(READY).fetchall()
        except trino.exceptions.TrinoQueryError as error:
            # A table that is not there, or cannot be read, is no reason to wait: the server looked for it.
            return error.error_name not in NOT_YET
        except (trino.exceptions.Error, requests.RequestException):
            return False
        return True


def catalog_properties(settings: Settings) -> str:
    """Render the catalog file that names the settings' catalog and files to Trino."""
    url = make_url(settings.lake.catalog_uri)
    driver, jdbc = _jdbc(url)
    text = CATALOG.format(driver=driver, url=jdbc, warehouse=settings.lake.warehouse)
    if url.username:
        text += f"iceberg.jdbc-catalog.connection-user={url.username}\niceberg.jdbc-catalog.connection-password=${{ENV:{CATALOG_LOGIN}}}\n"
    return text + (_s3(settings.lake) if settings.lake.is_on_s3 else HADOOP_FILES)


def catalog_secrets(settings: Settings) -> dict[str, str]:
    """Return the variables that hold what the catalog file must not, the S3 keys by the names that AWS's own client asks for."""
    lake = settings.lake
    keys = {"AWS_ACCESS_KEY_ID": lake.s3_access_key, "AWS_SECRET_ACCESS_KEY": lake.s3_secret_key, "AWS_SESSION_TOKEN": lake.s3_session_token}
    given = {name: key.get_secret_value() for name, key in keys.items() if key.get_secret_value()}
    return {CATALOG_LOGIN: str(make_url(lake.catalog_uri).password or "")} | given


def _s3(lake: LakeSettings) -> str:
    named = {"fs.native-s3.enabled": "true", "s3.region": region_of(lake)}
    if lake.s3_endpoint:
        named |= {"s3.endpoint": lake.s3_endpoint, "s3.path-style-access": str(lake.s3_path_style).lower()}
    return "".join(f"{name}={value}\n" for name, value in named.items())


def _jdbc(url: URL) -> tuple[str, str]:
    match url.get_backend_name():
        case "sqlite":
            return "org.sqlite.JDBC", f"jdbc:sqlite:{url.database}?busy_timeout=30000"
        case "postgresql":
            return "org.postgresql.Driver", f"jdbc:postgresql://{url.host}:{url.port or 5432}/{url.database}"
        case other:
            raise SetupError(f"Trino cannot read a catalog in {other}; EDDYLINE_LAKE__CATALOG_URI must be sqlite or postgresql")
