"""One landing query owns a table; what is dead or silent loses it, and learns so before it writes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from eddyline.errors import LakeError, LeaseHeld
from eddyline.lake.lease import Lease, Owner, this_machine

ELSEWHERE = Owner("another-machine/1", 1, 0.0)


@pytest.fixture
def database(tmp_path: Path):
    engine = create_engine(f"sqlite:///{tmp_path / 'catalog.db'}")
    yield engine
    engine.dispose()


def lease(database: Engine, owner: Owner, *names: str, ttl_s: float = 60) -> Lease:
    return Lease(database, names or ("game.events",), owner, ttl_s)


def test_a_second_owner_is_refused_with_the_first_ones_name(database):
    with lease(database, ELSEWHERE), pytest.raises(LeaseHeld, match="another-machine"):
        lease(database, Owner.of(os.getpid())).acquire()


def test_a_released_table_can_be_owned_by_another(database):
    with lease(database, ELSEWHERE):
        pass
    with lease(database, Owner.of(os.getpid())) as mine:
        mine.renew()


def test_of_several_tables_all_or_none_are_taken(database):
    with lease(database, ELSEWHERE, "b"):
        with pytest.raises(LeaseHeld):
            lease(database, Owner.of(os.getpid()), "a", "b").acquire()
        lease(database, Owner("third/1", 1, 0.0), "a").acquire()


def test_an_owner_that_fell_silent_loses_the_table_and_learns_it_at_its_next_renewal(database):
    silent = lease(database, ELSEWHERE, ttl_s=0.05).acquire()
    take = retry(retry=retry_if_exception_type(LeaseHeld), stop=stop_after_delay(10), wait=wait_fixed(0.01))(lease(database, Owner.of(os.getpid())).acquire)
    take()
    with pytest.raises(LeaseHeld, match="must stop"):
        silent.renew()


def test_a_killed_owner_on_this_machine_is_replaced_at_once(database):
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    owner = Owner.of(process.pid)
    lease(database, owner, ttl_s=3600).acquire()
    assert not owner.is_gone()
    process.kill()
    process.communicate()
    assert owner.is_gone()
    lease(database, Owner.of(os.getpid())).acquire()


def test_a_process_with_a_dead_owners_number_is_not_mistaken_for_it():
    me = Owner.of(os.getpid())
    assert Owner(this_machine(), me.pid, me.started_at - 1000).is_gone()


def test_a_database_that_does_not_answer_is_an_error_of_the_lake(tmp_path: Path):
    engine = create_engine(f"sqlite:///{tmp_path / 'no-such-folder' / 'catalog.db'}")
    with pytest.raises(LakeError, match="did not answer for the lease on game"):
        lease(engine, ELSEWHERE).acquire()
    engine.dispose()
