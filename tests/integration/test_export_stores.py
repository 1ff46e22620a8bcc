"""Exports to an S3 store and to HDFS, and from lakes that are there: read back to the row, refused where something is, replaced when asked."""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset
import pytest
from pyarrow.fs import FileSelector, FileSystem

from eddyline.contracts.tables import PLAYER_STATE, Table
from eddyline.errors import LakeError
from eddyline.lake.catalog import open_catalog
from eddyline.lake.exporting.destination import Destination
from eddyline.lake.exporting.export import Wish, export_table
from eddyline.lake.exports import COMPLETE, REMOVED, exports
from eddyline.lake.tables import create_tables
from eddyline.settings import Settings, load
from eddyline.stack import jars
from eddyline.stack.hdfs import DataNode, NameNode
from eddyline.stack.seaweedfs import SeaweedFS

pytestmark = [pytest.mark.integration, pytest.mark.storage]

TABLE: Table = PLAYER_STATE


def s3(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    store = SeaweedFS(folder / "s3", bucket="lake", access_key=secrets.token_hex(10), secret_key=secrets.token_urlsafe(12))
    store.start()
    keys = {"s3_access_key": store._keys["accessKey"], "s3_secret_key": store._keys["secretKey"]}
    yield f"s3a://{store.bucket}", {"warehouse": f"s3://{store.bucket}/warehouse", "s3_endpoint": store.endpoint, **keys}
    store.stop()


def hdfs(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    jars.fetch("hdfs")
    name_node = NameNode(folder / "hdfs")
    data_node = DataNode(name_node)
    name_node.start()
    data_node.start()
    yield name_node.address, {"warehouse": f"{name_node.address}/warehouse", "hdfs_web_address": name_node.web_address}
    data_node.stop()
    name_node.stop()


STORES: dict[str, Callable[[Path], Iterator[tuple[str, dict[str, Any]]]]] = {"s3": s3, "hdfs": hdfs}


@pytest.fixture(scope="module", params=STORES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give a store's address, and the settings of a lake that is in it."""
    yield from STORES[request.param](tmp_path_factory.mktemp(request.param))


def filled(settings: Settings, players: int) -> Settings:
    catalog = open_catalog(settings.lake)
    create_tables(catalog, [TABLE])
    table = catalog.load_table(TABLE.identifier)
    row: dict[str, Any] = dict.fromkeys(TABLE.column_names, 1) | {"tenant": "public", "inventory": '{"sword": 1}', "guild": "otters 🦦"}
    instants = dict.fromkeys(("last_seen_at", "landed_at"), datetime(2026, 11, 23, 7, 0, 0, 123456, tzinfo=UTC))
    rows = [row | instants | {"user_id": f"u{number}", "gold_spent": number / 3} for number in range(players)]
    for half in (rows[::2], rows[1::2]):
        table.append(pa.Table.from_pylist(half, schema=table.schema().as_arrow()))
    return settings


def opened(settings: Settings, address: str) -> tuple[FileSystem, str]:
    [export] = [export for export in exports(open_catalog(settings.lake)) if export.destination == address and export.state == COMPLETE]
    destination = Destination.of(export, settings.lake)
    return destination.store, destination.folder


def by_user(table: pa.Table) -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=lambda row: row["user_id"])


def names(files: FileSystem, folder: str) -> set[str]:
    return {entry.path.removeprefix(folder).strip("/") for entry in files.get_file_info(FileSelector(folder, recursive=True)) if entry.is_file}


@pytest.mark.parametrize("lake_is", ["here", "there"])
def test_an_export_to_a_store_is_read_back_refused_a_second_time_and_replaced_when_asked(
    store: tuple[str, dict[str, Any]], lake_is: str, tmp_path: Path
) -> None:
    address, lake = store
    own = lake if lake_is == "there" else {name: value for name, value in lake.items() if name != "warehouse"}
    settings = filled(load(home=tmp_path, lake=own | ({"warehouse": f"{lake['warehouse']}/{tmp_path.name}"} if lake_is == "there" else {})), 500)
    wanted = by_user(open_catalog(settings.lake).load_table(TABLE.identifier).scan().to_arrow())

    first = export_table(settings, Wish(TABLE.identifier, f"{address}/exports/{lake_is}/"))
    files, folder = opened(settings, first.destination)
    assert names(files, folder) == {"_SUCCESS", "_export.json", "part-00000.parquet"}
    assert by_user(pa.dataset.dataset(folder, filesystem=files, format="parquet").to_table()) == wanted

    with pytest.raises(LakeError, match=r"not empty.*--replace"):
        export_table(settings, Wish(TABLE.identifier, f"{address}/exports/{lake_is}"))
    second = export_table(settings, Wish(TABLE.identifier, f"{address}/exports/{lake_is}", layout="single", replace=True))
    assert names(files, folder) == {"_SUCCESS", "_export.json", "game.player_state.parquet"}
    assert by_user(pa.dataset.dataset(folder, filesystem=files, format="parquet").to_table()) == wanted
    # Nothing is left beside it.
    beside = folder.rpartition("/")[0]
    assert {entry.base_name for entry in files.get_file_info(FileSelector(beside)) if entry.base_name.startswith(".")} == set()
    states = {export.export_id: export.state for export in exports(open_catalog(settings.lake))}
    assert (states[first.export_id], states[second.export_id]) == (REMOVED, COMPLETE)


def test_a_store_that_refuses_says_so_in_one_line_without_its_keys(store: tuple[str, dict[str, Any]], tmp_path: Path) -> None:
    address, lake = store
    wrong = {"s3_secret_key": "planted-secret"} if "s3_endpoint" in lake else {"hdfs_web_address": "http://127.0.0.1:1"}
    settings = filled(load(home=tmp_path, lake={name: value for name, value in lake.items() if name != "warehouse"} | wrong), 5)
    with pytest.raises(LakeError, match="failed: ") as told:
        export_table(settings, Wish(TABLE.identifier, f"{address}/exports/refused"))
    assert "\n" not in str(told.value)
    assert "planted-secret" not in str(told.value)
