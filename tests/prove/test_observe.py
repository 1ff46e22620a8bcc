"""What a proof observes: the next acknowledgement and the next visible row of what was sent since, and memory."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from eddyline.contracts.tables import GAME_EVENTS
from eddyline.lake.catalog import open_catalog
from eddyline.lake.tables import create_tables
from eddyline.prove.family import family
from eddyline.prove.observe import Observer, newest_received_at, proportional_mb
from eddyline.settings import load

EARLIER = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = EARLIER + timedelta(minutes=5)


@pytest.fixture
def catalog(tmp_path):
    catalog = open_catalog(load(home=tmp_path).lake)
    create_tables(catalog)
    return catalog


def land(catalog, *received_at):
    table = catalog.load_table(GAME_EVENTS.identifier)
    fixed = {"tenant": "public", "event_type": "log_in", "user_id": "u", "occurred_at": EARLIER, "landed_at": LATER, "kafka_partition": 0, "kafka_offset": 0}
    rows = [fixed | {"event_id": str(at), "received_at": at} for at in received_at]
    table.append(pa.Table.from_pylist(rows, schema=table.schema().as_arrow()))


def test_the_newest_row_is_that_of_the_last_commit(catalog):
    assert newest_received_at(catalog) == 0.0
    land(catalog, EARLIER, LATER)
    assert newest_received_at(catalog) == LATER.timestamp()
    land(catalog, EARLIER)
    assert newest_received_at(catalog) == EARLIER.timestamp()


def test_a_lake_that_cannot_be_read_shows_nothing(catalog, tmp_path):
    land(catalog, LATER)
    (tmp_path / "catalog.db").write_bytes(b"not a database any more")
    assert newest_received_at(catalog) == 0.0


def test_only_what_was_sent_since_counts(catalog):
    with Observer(catalog, lambda: {"this": os.getsid(0)}) as observer:
        watch = observer.watch(EARLIER.timestamp() + 1)
        observer.acknowledged(EARLIER.timestamp())
        land(catalog, EARLIER)
        assert watch.acknowledged_at is None
        assert not watch.is_well
        observer.acknowledged(LATER.timestamp())
        land(catalog, LATER)
        until = time.monotonic() + 30
        while not watch.is_well and time.monotonic() < until:
            time.sleep(0.05)
        assert watch.is_well
        first = watch.acknowledged_at
        observer.acknowledged(LATER.timestamp() + 1)
        assert watch.acknowledged_at == first


def test_memory_is_that_of_the_whole_session():
    assert proportional_mb(os.getsid(0)) > 1


def test_memory_of_a_process_with_a_session_of_its_own_is_in_it_as_well():
    program = (
        "import os, subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True); time.sleep(60)"
    )
    component = subprocess.Popen([sys.executable, "-c", program], start_new_session=True)
    try:
        until = time.monotonic() + 30
        while len(family(component.pid)) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        members = family(component.pid)
        assert len(members) == 2
    finally:
        for process in family(component.pid):
            process.kill()
        component.wait()
