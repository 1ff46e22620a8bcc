"""Who was erased is noted by a hash; files outside of tables are found by the name, and removed where nothing needs them."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eddyline.contracts.mentions import Subject
from eddyline.errors import SetupError
from eddyline.kafka.shortening import files_before, files_to_be_deleted
from eddyline.lake.erasure.state_files import files_about, remove_dispensable, remove_left_behind
from eddyline.lake.erasure.subjects import SALT, hash_of

ANNA = Subject("public", "anna1")
names = st.text(min_size=1, max_size=20)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_player_has_the_same_hash_in_one_installation_and_another_in_the_next(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    assert hash_of(ANNA, one) == hash_of(ANNA, one) != hash_of(ANNA, other)
    assert ((one / SALT).stat().st_mode & 0o777, len((one / SALT).read_bytes())) == (0o600, 32)
    assert [path.name for path in one.iterdir()] == [SALT]


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("installation")


@given(st.tuples(names, names), st.tuples(names, names))
def test_no_two_players_share_a_hash(installation: Path, one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (hash_of(Subject(*one), installation) == hash_of(Subject(*other), installation)) == (one == other)


def test_a_salt_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    write(tmp_path / "home", "a file")
    with pytest.raises(SetupError, match="the salt of the erasures"):
        hash_of(ANNA, tmp_path / "home")


def test_files_that_name_the_player_are_found_and_only_what_nothing_needs_is_removed(tmp_path: Path) -> None:
    log, report = write(tmp_path / "logs/api.log", "x\nuser=anna1\n"), write(tmp_path / "report/report.html", "<p>anna1</p>")
    write(tmp_path / "logs/other.log", "anna12 and xanna1")
    write(tmp_path / "warehouse/game/events/data/a.parquet", "anna1")
    long = write(tmp_path / "checkpoints/state", "x" * (2**20 - 3) + " anna1 " + "x" * 2**20)
    found = files_about(ANNA, tmp_path)
    assert found == [long, log, report]
    assert remove_dispensable(found, tmp_path) == [report]
    assert files_about(ANNA, tmp_path) == [long, log]


def test_what_a_killed_driver_left_is_removed_and_what_a_running_one_uses_stays(tmp_path: Path) -> None:
    old, young = write(tmp_path / "run/spark/blockmgr-1/piece", "").parent, write(tmp_path / "run/spark/blockmgr-2/piece", "").parent
    os.utime(old, (1000, 1000))
    assert remove_left_behind(tmp_path, before=2000.0) == 1
    assert (old.exists(), young.exists()) == (False, True)
    assert remove_left_behind(tmp_path / "no such home", before=2000.0) == 0


def test_a_brokers_files_before_an_offset_are_listed_also_while_they_wait_for_their_deletion(tmp_path: Path) -> None:
    full = write(tmp_path / "events-0/00000000000000000000.log", "")
    going = write(tmp_path / "events-0/00000000000000000010.log.deleted", "")
    write(tmp_path / "events-0/00000000000000000020.log", "")
    write(tmp_path / "events-1/00000000000000000000.log", "")
    compacted = write(tmp_path / "player-state-1/00000000000000000000.log.deleted", "")
    assert files_before(tmp_path, {("events", 0): 20}) == [full, going]
    assert files_to_be_deleted(tmp_path, {"player-state": 2}) == [compacted]
