"""Restores the catalog: each table at the newest metadata on its storage, or all of them as they were saved."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pyarrow.fs as pafs
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import ValidationError
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.serializers import FromInputFile
from pyiceberg.table import Table
from pyiceberg.table.metadata import TableMetadata

from eddyline.errors import LakeError
from eddyline.lake.backup.rows import read_tables, write_rows
from eddyline.lake.backup.saved import Backup, SavedTable

_SUFFIX = ".metadata.json"
_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Restored:
    """A table as it will be: at which metadata, with how many rows, and how many of those came after the backup."""

    table: str
    metadata_location: str
    rows: int
    newer_rows: int
    as_saved: bool


def plan_restore(catalog: SqlCatalog, backup: Backup, folder: Path) -> list[Restored]:
    """Choose a state for every table whose files are all there: the newest of each, or if one has none, the saved state of all.

    What is newer than the backup is in the tables' newest metadata, so it is kept. Mixing new and old would not do: the rows are the marks.
    Raises LakeError when neither is whole.
    """
    newest = [_newest(catalog, table, folder) for table in backup.tables]
    if all(newest):
        return [found for found in newest if found]
    saved = [(table, _read_saved(catalog, table, folder)) for table in backup.tables]
    for table, metadata in saved:
        if missing := _missing(catalog, table.identifier, table.metadata_location, metadata):
            raise LakeError(f"{table.identifier} can be restored neither as it is on the storage nor as it was saved: {missing} is gone")
    return [Restored(table.identifier, table.metadata_location, _rows(metadata), 0, as_saved=True) for table, metadata in saved]


def need_no_tables(catalog: SqlCatalog) -> None:
    """Go on if the catalog holds nothing.

    Raises LakeError when it does: it may be newer than the backup.
    """
    if living := read_tables(catalog):
        raise LakeError(f"the catalog holds {len(living)} tables; a restore would replace them: say --replace if it shall")


def restore_catalog(catalog: SqlCatalog, backup: Backup, plan: Sequence[Restored], folder: Path) -> None:
    """Write the rows of the plan's tables, all at once; a saved metadata file that is gone is put back."""
    locations = {restored.table: restored.metadata_location for restored in plan}
    for table in backup.tables:
        output = _files(catalog, table).new_output(table.metadata_location)
        if locations[table.identifier] == table.metadata_location and not output.exists():
            with output.create() as stream:
                stream.write((folder / table.file).read_bytes())
    rows = [
        {"table_namespace": table.namespace, "table_name": table.name, "metadata_location": locations[table.identifier], "iceberg_type": "TABLE"}
        for table in backup.tables
    ]
    write_rows(catalog, rows, backup.namespaces)


def forget_folder(catalog: SqlCatalog, address: str) -> bool:
    """Delete a folder with all that is in it, on any storage; tell whether there was one."""
    scheme, netloc, path = PyArrowFileIO.parse_location(address)
    files = _io(catalog, address).fs_by_scheme(scheme, netloc)
    if files.get_file_info(path).type != pafs.FileType.Directory:
        return False
    files.delete_dir(path)
    return True


def _newest(catalog: SqlCatalog, table: SavedTable, folder: Path) -> Restored | None:
    """Find the newest metadata, if all its files are there."""
    uuid = _read_saved(catalog, table, folder).table_uuid
    for _, locations in groupby(sorted(_candidates(catalog, table), key=_version, reverse=True), key=_version):
        read = [(location, metadata) for location in locations if (metadata := _read(catalog, location)) and metadata.table_uuid == uuid]
        # Of two of one version one was never committed: the append wins over the compaction, for rows are the marks.
        for location, metadata in sorted(read, key=lambda each: (_rows(each[1]), each[1].last_updated_ms), reverse=True):
            if not _missing(catalog, table.identifier, location, metadata):
                return Restored(table.identifier, location, _rows(metadata), _rows(metadata) - table.rows, as_saved=False)
        if read:
            return None
    return None


def _candidates(catalog: SqlCatalog, table: SavedTable) -> Iterator[str]:
    """List the metadata files of a table that are not older than the saved one."""
    parent, _, name = table.metadata_location.rpartition("/")
    scheme, netloc, path = PyArrowFileIO.parse_location(parent)
    files = _files(catalog, table).fs_by_scheme(scheme, netloc)
    for found in files.get_file_info(pafs.FileSelector(path, allow_not_found=True)):
        if found.base_name.endswith(_SUFFIX) and _version(found.base_name) >= _version(name):
            yield f"{parent}/{found.base_name}"


def _version(location: str) -> int:
    number = location.rpartition("/")[2].partition("-")[0]
    return int(number) if number.isdigit() else -1


def _read(catalog: SqlCatalog, location: str) -> TableMetadata | None:
    try:
        return FromInputFile.table_metadata(_io(catalog, location).new_input(location))
    except (OSError, ValueError, ValidationError):
        return None  # half written by a writer that was killed


def _read_saved(catalog: SqlCatalog, table: SavedTable, folder: Path) -> TableMetadata:
    copy = folder / table.file
    return FromInputFile.table_metadata(_io(catalog, copy.as_uri()).new_input(copy.as_uri()))


def _missing(catalog: SqlCatalog, identifier: str, location: str, metadata: TableMetadata) -> str | None:
    """Name a file that the metadata's present snapshot needs and that is not there."""
    io = _io(catalog, location)
    try:
        planned = list(Table(tuple(identifier.split(".")), metadata, location, io, catalog).scan().plan_files())
    except (OSError, ValueError, ValidationError) as error:
        return str(error)
    files = [file.file_path for task in planned for file in (task.file, *task.delete_files)]
    with ThreadPoolExecutor(_AT_ONCE) as readers:
        there = readers.map(lambda path: io.new_input(path).exists(), files)
        return next((path for path, exists in zip(files, there, strict=True) if not exists), None)


def _rows(metadata: TableMetadata) -> int:
    snapshot = metadata.current_snapshot()
    return 0 if snapshot is None or snapshot.summary is None else int(snapshot.summary.additional_properties.get("total-records", 0))


def _files(catalog: SqlCatalog, table: SavedTable) -> PyArrowFileIO:
    return _io(catalog, table.metadata_location)


def _io(catalog: SqlCatalog, location: str) -> PyArrowFileIO:
    io = catalog._load_file_io(location=location)  # noqa: SLF001 - how the catalog itself reads files
    assert isinstance(io, PyArrowFileIO)
    return io
