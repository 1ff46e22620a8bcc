"""While somebody removes a table's files of all ages, no upkeep writes new ones: both take one lease, and wait for it as long as they may."""

import os
import threading
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from pyspark.sql import SparkSession

from eddyline.contracts.tables import GAME_EVENTS, QUARANTINE
from eddyline.errors import LeaseHeld
from eddyline.lake.catalog import open_catalog
from eddyline.lake.lease import Lease, upkeep_of
from eddyline.lake.tables import create_tables
from eddyline.settings import Settings, load
from eddyline.spark.ownership import owned
from eddyline.spark.upkeep.rounds import Bounds, Chore, Failed, Upkeep

BOUNDS = Bounds(min_files=2, keep_snapshots=1, snapshots_older_than=timedelta(0), orphans_older_than=timedelta(days=3), remove_orphans=True)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = load(home=tmp_path, landing={"lease_wait_s": 0})
    create_tables(open_catalog(made.lake))
    return made


def turn(settings: Settings, table: str) -> AbstractContextManager[object]:
    return owned(settings, (upkeep_of(table),), os.getpid())


@pytest.fixture
def upkeep(settings: Settings) -> Upkeep:
    # Expiry of a table without snapshots needs no Spark.
    return Upkeep(
        cast("SparkSession", None), open_catalog(settings.lake), BOUNDS, (GAME_EVENTS.identifier, QUARANTINE.identifier), turn=lambda t: turn(settings, t)
    )


def outcomes(upkeep: Upkeep) -> list[Any]:
    return [type(outcome) is Failed for _, outcome in upkeep.round([Chore.EXPIRE]).outcomes]


def test_a_table_whose_files_somebody_removes_is_left_alone_and_the_others_are_kept_up(settings, upkeep):
    assert outcomes(upkeep) == [False, False]
    with turn(settings, GAME_EVENTS.identifier):
        done = upkeep.round([Chore.EXPIRE])
        assert [(failed.table, "owned by another" in failed.reason) for _, failed in done.failed] == [(GAME_EVENTS.identifier, True)]
    assert outcomes(upkeep) == [False, False]


def test_who_waits_and_is_told_to_end_asks_once_more_at_most(settings, monkeypatch):
    asked, stop, acquire = [], threading.Event(), Lease.acquire

    def counted(lease: Lease) -> None:
        asked.append(lease)
        if len(asked) == 2:
            stop.set()
        acquire(lease)

    name = upkeep_of(GAME_EVENTS.identifier)
    patient = settings.model_copy(update={"landing": settings.landing.model_copy(update={"lease_wait_s": 3600})})
    with turn(settings, GAME_EVENTS.identifier):
        monkeypatch.setattr(Lease, "acquire", counted)
        with pytest.raises(LeaseHeld, match="owned by another"), owned(patient, (name,), os.getpid(), stop):
            pass
    assert len(asked) == 2
