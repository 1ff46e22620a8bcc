"""A lost catalog comes back with everything that ever landed; and where the newest files are gone, all tables go back to one moment."""

import json
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from question_lake import append, row

from eddyline.contracts.tables import GAME_EVENTS, TABLES
from eddyline.errors import LakeError, SettingsError
from eddyline.lake.backup.catalog_backup import save_catalog
from eddyline.lake.backup.restoring import forget_folder, need_no_tables, plan_restore, restore_catalog
from eddyline.lake.backup.saved import Backup, new_folder, read, write
from eddyline.lake.catalog import open_catalog
from eddyline.lake.tables import create_tables
from eddyline.settings import Settings, load

EVENTS = GAME_EVENTS.identifier


@pytest.fixture
def lake(tmp_path: Path) -> Settings:
    """Make a lake with a commit of one row."""
    settings = load(home=tmp_path / "home")
    create_tables(open_catalog(settings.lake))
    land(settings, 0)
    return settings


def land(settings: Settings, *numbers: int) -> None:
    for number in numbers:
        append(settings, EVENTS, [row(number, "log_in", user_id="ann")])


def landed(settings: Settings) -> list[int]:
    return sorted(open_catalog(settings.lake).load_table(EVENTS).scan().to_arrow()["kafka_offset"].to_pylist())


def backup(settings: Settings, folder: Path) -> Path:
    with new_folder(folder) as part:
        tables, namespaces, left_out = save_catalog(open_catalog(settings.lake), part)
        write(part, Backup("now", "tests", tables, namespaces, (), left_out))
    return folder


def lose_catalog(settings: Settings) -> None:
    for file in settings.home.glob("catalog.db*"):
        file.unlink()


def restore(settings: Settings, folder: Path) -> dict[str, bool]:
    catalog, saved = open_catalog(settings.lake), read(folder)
    need_no_tables(catalog)
    plan = plan_restore(catalog, saved, folder)
    restore_catalog(catalog, saved, plan, folder)
    return {table.table: table.as_saved for table in plan}


def path_of(location: str) -> Path:
    return Path(urlsplit(location).path)


def metadata_files(settings: Settings) -> list[Path]:
    return sorted((settings.home / "warehouse/game/events/metadata").glob("*.metadata.json"))


def test_what_landed_after_the_backup_is_there_after_a_restore(lake, tmp_path):
    folder = backup(lake, tmp_path / "saved")
    land(lake, 1, 2)
    lose_catalog(lake)
    assert set(restore(lake, folder).items()) == {(table.identifier, False) for table in TABLES}
    assert landed(lake) == [0, 1, 2]
    land(lake, 3)
    assert landed(lake) == [0, 1, 2, 3]


def test_without_the_newest_files_all_tables_go_back_to_the_moment_of_the_backup(lake, tmp_path):
    folder = backup(lake, tmp_path / "saved")
    land(lake, 1)
    lost = open_catalog(lake.lake).load_table(EVENTS).scan(row_filter="kafka_offset = 1").plan_files()
    for task in lost:
        path_of(task.file.file_path).unlink()
    lose_catalog(lake)
    assert set(restore(lake, folder).values()) == {True}
    assert landed(lake) == [0]


def test_the_saved_metadata_is_put_back_when_it_is_gone_too(lake, tmp_path):
    folder = backup(lake, tmp_path / "saved")
    land(lake, 1)
    lose_catalog(lake)
    for file in metadata_files(lake):
        file.unlink()
    assert restore(lake, folder)[EVENTS] is True
    assert landed(lake) == [0]


def test_a_state_that_is_not_whole_is_not_restored(lake, tmp_path):
    folder = backup(lake, tmp_path / "saved")
    for file in (lake.home / "warehouse/game/events/data").rglob("*.parquet"):
        file.unlink()
    lose_catalog(lake)
    with pytest.raises(LakeError, match="neither as it is on the storage nor as it was saved"):
        restore(lake, folder)
    need_no_tables(open_catalog(lake.lake))


@pytest.mark.parametrize("content", ["", "{", '{"format-version": 2}'])
def test_what_a_killed_writer_left_half_written_is_passed_over(lake, tmp_path, content):
    folder = backup(lake, tmp_path / "saved")
    land(lake, 1)
    (metadata_files(lake)[0].parent / "00099-half.metadata.json").write_text(content)
    lose_catalog(lake)
    assert restore(lake, folder)[EVENTS] is False
    assert landed(lake) == [0, 1]


def test_of_two_commits_of_one_version_the_one_with_more_rows_wins(lake, tmp_path):
    folder = backup(lake, tmp_path / "saved")
    before = metadata_files(lake)[-1].read_text()
    land(lake, 1)
    newest = metadata_files(lake)[-1]
    later = json.loads(before) | {"last-updated-ms": json.loads(newest.read_text())["last-updated-ms"] + 1000}
    (newest.parent / f"{newest.name[:5]}-ffffffff.metadata.json").write_text(json.dumps(later))
    lose_catalog(lake)
    restore(lake, folder)
    assert landed(lake) == [0, 1]


def test_a_table_that_was_made_anew_under_the_same_name_is_not_taken_for_the_saved_one(lake, tmp_path):
    folder = backup(lake, tmp_path / "saved")
    catalog = open_catalog(lake.lake)
    catalog.drop_table(EVENTS)
    create_tables(catalog)
    land(lake, 5)
    lose_catalog(lake)
    assert restore(lake, folder)[EVENTS] is False
    assert landed(lake) == [0]


def test_a_backup_while_events_land_holds_a_state_that_there_was(lake, tmp_path):
    stop, numbers = threading.Event(), iter(range(1, 1000))

    def keep_landing() -> None:
        while not stop.is_set():
            land(lake, next(numbers))

    landing = threading.Thread(target=keep_landing)
    landing.start()
    folders = [backup(lake, tmp_path / f"saved{number}") for number in range(3)]
    stop.set()
    landing.join()
    everything = landed(lake)
    for folder in folders:
        [saved] = [table for table in read(folder).tables if table.identifier == EVENTS]
        assert everything[: saved.rows] == list(range(saved.rows))
    lose_catalog(lake)
    restore(lake, folders[0])
    assert landed(lake) == everything


def test_a_living_catalog_is_not_replaced_unless_told(lake, tmp_path):
    folder = backup(lake, tmp_path / "saved")
    with pytest.raises(LakeError, match="say --replace"):
        restore(lake, folder)
    catalog, saved = open_catalog(lake.lake), read(folder)
    plan = plan_restore(catalog, saved, folder)
    restore_catalog(catalog, saved, plan, folder)
    restore_catalog(catalog, saved, plan, folder)
    assert landed(lake) == [0]
    assert sorted(catalog.list_namespaces()) == [("game",), ("ops",)]


def test_a_backup_is_whole_or_not_there_and_never_written_over(lake, tmp_path):
    folder = tmp_path / "saved"
    with pytest.raises(KeyError), new_folder(folder):
        raise KeyError
    assert list(tmp_path.iterdir()) == [lake.home]
    backup(lake, folder)
    assert {path.stat().st_mode & 0o077 for path in [folder, *folder.rglob("*")]} == {0}
    with pytest.raises(SettingsError, match="never written over"):
        backup(lake, folder)


@pytest.mark.parametrize("content", [None, "", "[]", '{"format": 1}', '{"format": 2}'])
def test_a_folder_without_a_backup_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "backup.json").write_text(content)
    with pytest.raises(SettingsError, match="another format" if content and "2" in content else "holds no backup"):
        read(tmp_path)


def test_checkpoints_are_forgotten_where_there_are_any(lake):
    checkpoints = lake.home / "checkpoints"
    (checkpoints / "land-events/commits").mkdir(parents=True)
    catalog = open_catalog(lake.lake)
    assert forget_folder(catalog, lake.landing.checkpoints)
    assert not checkpoints.exists()
    assert not forget_folder(catalog, lake.landing.checkpoints)
