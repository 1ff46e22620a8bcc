"""Where the tables of a conformance run are, each lake apart from the others, and how their catalog is taken away for a while."""

import secrets
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg2
from sqlalchemy.engine import make_url

from eddyline.contracts.tables import ERASED, GAME_EVENTS, GAPS, QUARANTINE
from eddyline.settings import LakeSettings
from eddyline.stack import jars
from eddyline.stack.hdfs import DataNode, NameNode
from eddyline.stack.postgres import Postgres
from eddyline.stack.seaweedfs import SeaweedFS
from eddyline.stack.server import Server

LakeOptions = dict[str, Any]
# Making one takes a second on HDFS; nothing here needs the others.
TABLES = (GAME_EVENTS, QUARANTINE, ERASED, GAPS)
CameBack = Callable[[], None]
"""Waits until the catalog is there again."""

LOCKER = """
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
database.execute("ROLLBACK")
"""


class LocalStorage:
    """Local files, and an SQLite file as the catalog; both in the test's own state folder."""

    retries_when_away = 0

    def start(self, folder: Path) -> None:
        """Need no server."""

    def stop(self) -> None:
        """Leave nothing behind."""

    def block_folders(self) -> list[Path]:
        """Name the folders where the storage itself keeps what files hold, if it lets go of removed files at once."""
        return []

    @contextmanager
    def lake(self) -> Iterator[LakeOptions]:
        """Give the settings of a lake of its own: the default ones."""
        yield {}

    def take_catalog_away(self, lake: LakeSettings, seconds: float) -> CameBack:
        """Lock the file; returns when nobody else gets in."""
        database = make_url(lake.catalog_uri).database
        locker = subprocess.Popen([sys.executable, "-c", LOCKER, str(database), str(seconds)], stdout=subprocess.PIPE, text=True)
        assert locker.stdout is not None
        assert locker.stdout.readline() == "locked\n"
        locker.stdout.close()

        def came_back() -> None:
            assert locker.wait(10) == 0

        return came_back


@dataclass
class _WithPostgres:
    """Servers of its own for the table files, and PostgreSQL as the catalog: a database for each lake."""

    servers: list[Server] = field(default_factory=list)

    def start(self, folder: Path) -> None:
        # Each of a test's sessions keeps connections of its own.
        self.postgres = Postgres(folder / "postgres", password=secrets.token_urlsafe(12), options=("fsync=off", "max_connections=400"))
        for server in (*self._file_servers(folder), self.postgres):
            self.servers.append(server.start())

    def stop(self) -> None:
        for server in reversed(self.servers):
            server.stop()

    def block_folders(self) -> list[Path]:
        """Name none: a store frees the blocks of removed files in its own time."""
        return []

    @contextmanager
    def lake(self) -> Iterator[LakeOptions]:
        name = f"lake_{uuid.uuid4().hex[:12]}"
        self._administer(f"CREATE DATABASE {name}")
        catalog = make_url(self.postgres.uri).set(database=name).render_as_string(hide_password=False)
        yield {"catalog_uri": catalog, **self._files(name)}
        self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def _administer(self, statement: str) -> None:
        url = make_url(self.postgres.uri)
        with closing(psycopg2.connect(host=url.host, port=url.port, user=url.username, password=url.password, dbname=url.database)) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)

    def _file_servers(self, folder: Path) -> list[Server]:
        raise NotImplementedError

    def _files(self, name: str) -> LakeOptions:
        raise NotImplementedError


class S3Storage(_WithPostgres):
    """SeaweedFS and PostgreSQL; taken away, PostgreSQL is stopped and started again, so that every connection breaks."""

    retries_when_away = 5

    def _file_servers(self, folder: Path) -> list[Server]:
        self.store = SeaweedFS(folder / "s3", bucket="lake", access_key=secrets.token_hex(10), secret_key=secrets.token_urlsafe(12))
        self.keys = {"s3_access_key": self.store._keys["accessKey"], "s3_secret_key": self.store._keys["secretKey"]}
        return [self.store]

    def _files(self, name: str) -> LakeOptions:
        return {"warehouse": f"s3://{self.store.bucket}/{name}", "s3_endpoint": self.store.endpoint, **self.keys}

    def take_catalog_away(self, lake: LakeSettings, seconds: float) -> CameBack:
        """Stop the server, and start it again after a while."""
        self.postgres.stop()
        assert self.postgres.exit_code is not None
        started = threading.Timer(seconds, self.postgres.start)
        started.start()

        def came_back() -> None:
            started.join()
            assert self.postgres.is_ready()

        return came_back


class HdfsStorage(_WithPostgres):
    """HDFS and PostgreSQL; taken away, PostgreSQL's processes are stopped where they are, so that nobody gets an answer."""

    retries_when_away = 0

    def _file_servers(self, folder: Path) -> list[Server]:
        self.namenode = NameNode(folder / "hdfs")
        return [self.namenode, DataNode(self.namenode)]

    def block_folders(self) -> list[Path]:
        """Name the folder of both nodes: the DataNode removes blocks seconds after their file."""
        return [self.namenode.folder]

    def _files(self, name: str) -> LakeOptions:
        return {"warehouse": f"{self.namenode.address}/{name}", "hdfs_web_address": self.namenode.web_address}

    def take_catalog_away(self, lake: LakeSettings, seconds: float) -> CameBack:
        """Suspend the server and its processes, and resume them after a while."""
        server = psutil.Process(self.postgres.pid)
        stalled = [server, *server.children(recursive=True)]
        for process in stalled:
            process.suspend()
        assert not self.postgres.is_ready()
        resumed = threading.Timer(seconds, lambda: [process.resume() for process in stalled])
        resumed.start()

        def came_back() -> None:
            resumed.join()
            assert self.postgres.is_ready()

        return came_back


Storage = LocalStorage | S3Storage | HdfsStorage
STORAGES: dict[str, type[Storage]] = {"local": LocalStorage, "s3": S3Storage, "hdfs": HdfsStorage}
JARS = {"local": (), "s3": ("s3",), "hdfs": ("hdfs",)}


def started(name: str, folder: Path) -> Storage:
    """Start a storage by its name, downloading what it needs."""
    if JARS[name]:
        jars.fetch(*JARS[name])
    storage = STORAGES[name]()
    storage.start(folder)
    return storage
