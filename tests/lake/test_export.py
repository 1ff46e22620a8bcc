"""An export is one snapshot of a table as plain files that DuckDB and PyArrow read back to the row, or it is nothing."""

import csv
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet
import pytest
from question_lake import append, empty_lake, played, question_lake

from eddyline.contracts.tables import GAME_EVENTS, PLAYER_STATE, QUARANTINE
from eddyline.errors import LakeError
from eddyline.lake.catalog import open_catalog
from eddyline.lake.exporting import export as exporting
from eddyline.lake.exporting import files
from eddyline.lake.exporting.destination import Destination, address_of
from eddyline.lake.exporting.export import Wish, export_table
from eddyline.lake.exports import BEGAN, COMPLETE, FAILED, REMOVED, Export, exports, note_removed, places_of
from eddyline.settings import Settings

EVENTS = GAME_EVENTS.identifier


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return question_lake(tmp_path_factory.mktemp("lake"), users=20, events=1500)


def rows_of(settings: Settings, identifier: str) -> pa.Table:
    return open_catalog(settings.lake).load_table(identifier).scan().to_arrow()


def by_id(table: pa.Table, column: str = "kafka_offset") -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=lambda row: (row[column], str(row)))


def content(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.rglob("*")) if file.is_file()}


def test_pyarrow_and_duckdb_read_back_every_row_as_the_table_has_it(lake: Settings, tmp_path: Path) -> None:
    done = export_table(lake, Wish(EVENTS, str(tmp_path / "out")))
    wanted = rows_of(lake, EVENTS)
    read = pa.dataset.dataset(tmp_path / "out", format="parquet", partitioning=pa.dataset.partitioning(flavor="hive")).to_table()
    assert by_id(read.select(wanted.column_names)) == by_id(wanted)
    assert done.rows == wanted.num_rows > 1000
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.sql(f"SELECT * FROM read_parquet('{tmp_path}/out/**/*.parquet', hive_partitioning = true)").to_arrow_table()
        days = connection.execute("SELECT count(*) FROM read_parquet(?) WHERE occurred_at_day <> occurred_at::DATE", [f"{tmp_path}/out/**/*.parquet"])
        assert days.fetchone() == (0,)
    assert by_id(found.select(wanted.column_names).cast(wanted.schema)) == by_id(wanted)


def test_instants_keep_their_zone_and_json_stays_a_text(lake: Settings, tmp_path: Path) -> None:
    export_table(lake, Wish(EVENTS, str(tmp_path / "out"), layout="single"))
    schema = pa.parquet.read_schema(tmp_path / "out" / "game.events.parquet")
    assert schema.field("occurred_at").type == pa.timestamp("us", "UTC")
    read = pa.parquet.read_table(tmp_path / "out" / "game.events.parquet")
    headers = [json.loads(text) for text in read["headers"].to_pylist() if text]
    assert headers
    assert {row["mood"] for row in read.to_pylist()} == {None, "froh 🦦"}


@pytest.mark.parametrize("layout", ["folders", "files", "single"])
def test_files_lie_as_the_layout_says_and_the_manifest_lists_them(lake: Settings, tmp_path: Path, layout: str) -> None:
    done = export_table(lake, Wish(EVENTS, str(tmp_path / "out"), layout=layout))
    found = set(content(tmp_path / "out")) - {"_SUCCESS", "_export.json"}
    told = json.loads((tmp_path / "out" / "_export.json").read_text())
    assert {file["path"] for file in told["files"]} == found
    assert sum(file["rows"] for file in told["files"]) == told["rows"] == done.rows
    assert all((tmp_path / "out" / file["path"]).stat().st_size == file["bytes"] for file in told["files"])
    assert told["snapshot_id"] == open_catalog(lake.lake).load_table(EVENTS).current_snapshot().snapshot_id
    expected = {"folders": r"occurred_at_day=2026-", "files": "part-00000.parquet", "single": "game.events.parquet"}[layout]
    assert all(file.startswith(expected) for file in found)
    assert (len(found) > 1) == (layout == "folders")
    assert (tmp_path / "out" / "_SUCCESS").is_file()


def test_a_large_table_becomes_several_files_of_large_row_groups(lake: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "FILE_BYTES", 20_000)
    monkeypatch.setattr(files, "GROUP_ROWS", 400)
    done = export_table(lake, Wish(EVENTS, str(tmp_path / "out"), layout="files"))
    parts = sorted((tmp_path / "out").glob("part-*.parquet"))
    assert len(parts) == done.files > 1
    assert sum(pa.parquet.read_metadata(part).num_rows for part in parts) == done.rows


def test_bytes_come_back_from_parquet_as_they_are_and_from_csv_in_base64(lake: Settings, tmp_path: Path) -> None:
    wanted = by_id(rows_of(lake, QUARANTINE.identifier))
    export_table(lake, Wish(QUARANTINE.identifier, str(tmp_path / "parquet"), layout="single"))
    assert by_id(pa.parquet.read_table(tmp_path / "parquet" / "ops.quarantine.parquet")) == wanted
    export_table(lake, Wish(QUARANTINE.identifier, str(tmp_path / "csv"), format="csv", layout="single"))
    with duckdb.connect() as connection:
        file = str(tmp_path / "csv" / "ops.quarantine.csv")
        found = connection.execute("SELECT from_base64(value) FROM read_csv(?, all_varchar = true)", [file]).fetchall()
    # DuckDB takes an empty field for NULL.
    assert sorted(value or b"" for (value,) in found) == sorted(row["value"] or b"" for row in wanted)


def test_csv_has_a_header_and_every_row(lake: Settings, tmp_path: Path) -> None:
    done = export_table(lake, Wish(EVENTS, str(tmp_path / "out"), format="csv", layout="single"))
    with (tmp_path / "out" / "game.events.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == done.rows
    assert {row["event_id"] for row in rows} == set(rows_of(lake, EVENTS)["event_id"].to_pylist())
    assert all(row["occurred_at"].endswith("Z") for row in rows)


def test_an_empty_table_is_a_file_with_its_columns(tmp_path: Path) -> None:
    settings = empty_lake(tmp_path / "home")
    done = export_table(settings, Wish(PLAYER_STATE.identifier, str(tmp_path / "out")))
    assert (done.rows, done.files, done.snapshot_id) == (0, 1, None)
    assert tuple(pa.parquet.read_table(tmp_path / "out").column_names) == PLAYER_STATE.column_names


def test_a_table_that_is_not_there_is_named_with_those_that_are(lake: Settings, tmp_path: Path) -> None:
    with pytest.raises(LakeError, match=r"no table game\.evnets; there are game\.events"):
        export_table(lake, Wish("game.evnets", str(tmp_path / "out")))
    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_in_it_stays_as_it_is_until_replacing_is_asked_for(lake: Settings, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    with pytest.raises(LakeError, match=r"not empty.*--replace"):
        export_table(lake, Wish(EVENTS, str(out)))
    assert content(out) == {"mine.txt": hashlib.sha256(b"mine").hexdigest()}
    first = export_table(lake, Wish(EVENTS, str(out), layout="single", replace=True))
    assert set(content(out)) == {"_SUCCESS", "_export.json", "game.events.parquet"}
    second = export_table(lake, Wish(QUARANTINE.identifier, str(out), layout="single", replace=True))
    assert set(content(out)) == {"_SUCCESS", "_export.json", "ops.quarantine.parquet"}
    assert [each.name for each in tmp_path.iterdir()] == ["out"]
    states = {export.export_id: export.state for export in exports(open_catalog(lake.lake))}
    assert (states[first.export_id], states[second.export_id]) == (REMOVED, COMPLETE)


def test_an_empty_folder_that_is_there_is_used(lake: Settings, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    export_table(lake, Wish(QUARANTINE.identifier, str(tmp_path / "out")))
    assert (tmp_path / "out" / "_SUCCESS").is_file()


def test_a_file_is_no_folder(lake: Settings, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(LakeError, match="is a file"):
        export_table(lake, Wish(EVENTS, str(tmp_path / "out"), replace=True))
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize("where", ["", "warehouse", "warehouse/game", "..", "/"])
def test_the_lake_itself_is_never_replaced(lake: Settings, where: str) -> None:
    before = content(lake.home)
    with pytest.raises(LakeError, match="belongs to the lake"):
        export_table(lake, Wish(EVENTS, os.path.normpath(lake.home / where), replace=True))
    assert content(lake.home) == before


def test_home_is_never_replaced(lake: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(LakeError, match="belongs to the lake or holds more"):
        export_table(lake, Wish(EVENTS, "~", replace=True))


class Unreadable(Exception):
    """What a test throws where the store would have failed."""


@contextmanager
def failing_after(number: int, error: Exception, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    closed: list[int] = []

    def close(part: files.Part) -> None:
        closed.append(1)
        if len(closed) == number:
            raise error
        original(part)

    original = files.Part.close
    with monkeypatch.context() as patched:
        patched.setattr(files.Part, "close", close)
        yield closed


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_export_that_fails_leaves_what_was_there_and_nothing_else(lake: Settings, tmp_path: Path, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    export_table(lake, Wish(EVENTS, str(out)))
    before = content(out)
    with failing_after(2, error, monkeypatch) as closed, pytest.raises((LakeError, KeyboardInterrupt)) as raised:
        export_table(lake, Wish(EVENTS, str(out), replace=True))
    assert len(closed) == 2
    if isinstance(error, OSError):
        assert "No space left on device" in str(raised.value)
    assert content(out) == before
    assert [each.name for each in tmp_path.iterdir()] == ["out"]
    assert exports(open_catalog(lake.lake))[-1].state == FAILED


def test_a_killed_export_is_in_the_register_with_every_folder_it_may_have_written(lake: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(_: Destination) -> None:
        raise Unreadable

    out = tmp_path / "out"
    monkeypatch.setattr(Destination, "settle", die)
    with pytest.raises(Unreadable):
        export_table(lake, Wish(PLAYER_STATE.identifier, str(out)))
    [left] = tmp_path.iterdir()
    catalog = open_catalog(lake.lake)
    assert exports(catalog)[-1].state == BEGAN
    assert left.as_uri() in places_of(catalog, PLAYER_STATE.identifier)
    assert out.as_uri() in places_of(catalog, PLAYER_STATE.identifier)


def test_a_wrong_count_is_no_export(lake: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "rows_in", lambda *_: 7)
    with pytest.raises(LakeError, match="rows in its snapshot, and 7 were written"):
        export_table(lake, Wish(EVENTS, str(tmp_path / "out"), layout="single"))
    assert not list(tmp_path.iterdir())


def test_rows_that_land_meanwhile_are_not_in_it(tmp_path: Path) -> None:
    settings = empty_lake(tmp_path / "home")
    rows = played(5, 60)
    append(settings, EVENTS, rows[:30])
    landed: list[int] = []

    def land(done: int, total: int) -> None:
        if not landed:
            append(settings, EVENTS, rows[30:])
        landed.append(done)

    assert export_table(settings, Wish(EVENTS, str(tmp_path / "out")), land).rows == 30
    assert landed[-1] == 30
    assert rows_of(settings, EVENTS).num_rows == len(rows)


def test_deleted_rows_are_not_in_it(tmp_path: Path) -> None:
    settings = empty_lake(tmp_path / "home")
    rows = played(5, 60)
    append(settings, EVENTS, rows)
    open_catalog(settings.lake).load_table(EVENTS).delete(f"event_id = '{rows[0]['event_id']}'")
    done = export_table(settings, Wish(EVENTS, str(tmp_path / "out")))
    assert done.rows == len(rows) - 1
    assert rows[0]["event_id"] not in pa.parquet.read_table(tmp_path / "out")["event_id"].to_pylist()


def test_removing_by_hand_can_be_noted(lake: Settings, tmp_path: Path) -> None:
    done = export_table(lake, Wish(QUARANTINE.identifier, str(tmp_path / "gone")))
    catalog = open_catalog(lake.lake)
    assert done.destination in places_of(catalog, QUARANTINE.identifier)
    note_removed(catalog, done.destination)
    assert done.destination not in places_of(catalog, QUARANTINE.identifier)


@pytest.mark.parametrize(
    ("where", "address"),
    [
        ("/tmp/a b#c", "file:///tmp/a%20b%23c"),
        ("file:///tmp/x/", "file:///tmp/x"),
        ("s3a://bucket/a/b/", "s3://bucket/a/b"),
        ("S3://bucket/a", "s3://bucket/a"),
        ("hdfs://node:8020/exports/x", "hdfs://node:8020/exports/x"),
    ],
)
def test_an_address_is_spelled_one_way(where: str, address: str) -> None:
    assert address_of(where) == address


@pytest.mark.parametrize("where", ["s3a://bucket", "s3://", "hdfs://node:8020", "ftp://host/folder", "gs://bucket/x"])
def test_what_is_no_folder_of_a_store_we_know_is_refused(where: str) -> None:
    with pytest.raises(LakeError, match="no folder that can be exported to"):
        address_of(where)


def test_staging_lies_beside_the_destination() -> None:
    export = Export("game.events", 1, "s3://bucket/a/b", "parquet", export_id="7")
    assert (export.staging, export.replaced) == ("s3://bucket/a/.b.7.part", "s3://bucket/a/.b.7.old")
