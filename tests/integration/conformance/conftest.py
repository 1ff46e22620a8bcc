"""The storages that every case must hold on, chosen by `--storage`."""

import subprocess
import sys
from dataclasses import dataclass

import pytest
from pipeline import Pipeline
from sqlalchemy.engine import make_url

LOCKER = """
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
database.execute("ROLLBACK")
"""


@dataclass
class LocalStorage:
    """Local files, and an SQLite file as the catalog."""

    name: str = "local"

    def lock_catalog(self, pipeline: Pipeline, seconds: float) -> "subprocess.Popen[str]":
        """Let nobody else into the catalog for a while; returns when it is locked."""
        database = make_url(pipeline.settings.lake.catalog_uri).database
        locker = subprocess.Popen([sys.executable, "-c", LOCKER, str(database), str(seconds)], stdout=subprocess.PIPE, text=True)
        assert locker.stdout is not None
        assert locker.stdout.readline() == "locked\n"
        locker.stdout.close()
        return locker


STORAGES = {"local": LocalStorage}


@pytest.fixture(scope="session")
def storage(request: pytest.FixtureRequest) -> LocalStorage:
    """Give the storage that the run was started for."""
    return STORAGES[request.config.getoption("--storage")]()
