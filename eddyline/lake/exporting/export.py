"""Exports one snapshot of a table: planned by PyIceberg, streamed file by file, checked, and put in its place as a whole."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.io.pyarrow import ArrowScan, schema_to_pyarrow
from pyiceberg.table import DataScan, FileScanTask
from pyiceberg.table import Table as IcebergTable

from eddyline.errors import LakeError
from eddyline.lake.catalog import open_catalog
from eddyline.lake.exporting.destination import SUCCESS, Destination, address_of, need_apart
from eddyline.lake.exporting.files import FILE_BYTES, Part, rows_in
from eddyline.lake.exports import COMPLETE, FAILED, Export, note, note_removed
from eddyline.lake.table_facts import need_tables
from eddyline.settings import Settings

MANIFEST = "_export.json"
LAYOUTS = ("folders", "files", "single")
Progress = Callable[[int, int], None]
"""Called with the rows written so far and those there are."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be exported, and how: a folder a partition, files side by side, or a single file."""

    table: str
    to: str
    format: str = "parquet"
    layout: str = "folders"
    replace: bool = False


def export_table(settings: Settings, wish: Wish, progress: Progress = lambda *_: None) -> Export:
    """Export a table's present snapshot and return what was done, once it stands in its place.

    Raises LakeError when the table is not there, the destination is taken, or a file cannot be read or written.
    """
    address = address_of(wish.to)
    need_apart(address, settings)
    catalog = open_catalog(settings.lake)
    try:
        table = _table(catalog, wish.table)
        snapshot = table.current_snapshot()
        export = Export(wish.table, snapshot.snapshot_id if snapshot else None, address, wish.format)
        destination = Destination.of(export, settings.lake)
        destination.need_room(address, replace=wish.replace)
        # Before the first file: a run that is killed must not leave rows that nobody knows of.
        note(catalog, export)
        done = _run(catalog, _Writing(table.scan(snapshot_id=export.snapshot_id), destination, wish, progress), export)
    except OSError as error:
        raise LakeError(f"the export of {wish.table} to {address} failed: {_first_line(error)}; run it again") from error
    note_removed(catalog, address, but=done.export_id)
    return done


def _run(catalog: Catalog, writing: "_Writing", export: Export) -> Export:
    try:
        parts = writing.write()
        done = export.now(COMPLETE, rows=sum(part.rows for part in parts), files=len(parts))
        writing.tell(done, parts)
    except BaseException:
        writing.destination.clear()
        note(catalog, export.now(FAILED))
        raise
    # Where this fails the register goes on saying that it began: files may be in either folder.
    writing.destination.settle()
    note(catalog, done)
    return done


def _table(catalog: Catalog, name: str) -> IcebergTable:
    need_tables(catalog, [name])
    return catalog.load_table(name)


@dataclass(frozen=True, slots=True)
class _Written:
    path: str
    rows: int
    bytes: int


@dataclass
class _Writing:
    scan: DataScan
    destination: Destination
    wish: Wish
    progress: Progress
    _rows: int = 0

    def __post_init__(self) -> None:
        self._schema = schema_to_pyarrow(self.scan.projection(), include_field_ids=False)
        self._count = self.scan.count()

    def write(self) -> list[_Written]:
        written = [part for folder, tasks in self._folders() for part in self._write_folder(folder, tasks)]
        # An empty table is a file without rows, so that readers see its columns.
        written = written or list(self._write_folder("", []))
        if (rows := sum(part.rows for part in written)) != self._count:
            raise LakeError(f"{self.wish.table} has {self._count:,} rows in its snapshot, and {rows:,} were written: nothing was exported; please report this")
        return written

    def tell(self, export: Export, parts: list[_Written]) -> None:
        store, staging = self.destination.store, self.destination.staging
        told = {name: value for name, value in asdict(export).items() if name not in {"state", "files"}} | {"files": [asdict(part) for part in parts]}
        for name, content in ((MANIFEST, json.dumps(told, indent=1, default=str)), (SUCCESS, "")):
            with store.open_output_stream(f"{staging}/{name}") as file:
                file.write(content.encode())

    def _folders(self) -> Iterator[tuple[str, Iterable[FileScanTask]]]:
        tasks = sorted(((self._folder_of(task), task) for task in self.scan.plan_files()), key=lambda each: (each[0], each[1].file.file_path))
        return ((folder, [task for _, task in group]) for folder, group in groupby(tasks, key=lambda each: each[0]))

    def _folder_of(self, task: FileScanTask) -> str:
        spec = self.scan.table_metadata.specs()[task.file.spec_id]
        return (
            "" if self.wish.layout != "folders" or spec.is_unpartitioned() else spec.partition_to_path(task.file.partition, self.scan.table_metadata.schema())
        )

    def _write_folder(self, folder: str, tasks: Iterable[FileScanTask]) -> Iterator[_Written]:
        batches = (batch for task in tasks for batch in self._batches(task))
        limit = None if self.wish.layout == "single" else FILE_BYTES
        number, part = 0, self._part(folder, 0)
        try:
            for batch in batches:
                if limit and part.bytes > limit:
                    yield self._close(part)
                    number += 1
                    part = self._part(folder, number)
                part.add(batch)
                self._rows += batch.num_rows
                self.progress(self._rows, self._count)
            yield self._close(part)
        finally:
            part.abandon()

    def _batches(self, task: FileScanTask) -> Iterator[pa.RecordBatch]:
        metadata = self.scan.table_metadata
        reading = ArrowScan(metadata, self.scan.io, self.scan.projection(), AlwaysTrue())
        if task.delete_files:
            return reading.to_record_batches([task])
        # The public way holds all rows of a file in memory at once, which a compacted day may not fit.
        return reading._record_batches_from_scan_tasks_and_deletes([task], {})  # noqa: SLF001

    def _part(self, folder: str, number: int) -> Part:
        where = "/".join(filter(None, (self.destination.staging, folder)))
        self.destination.make_folder(where)
        name = self.wish.table if self.wish.layout == "single" else f"part-{number:05}"
        return Part(self.destination.store, f"{where}/{name}.{self.wish.format}", self._schema, self.wish.format)

    def _close(self, part: Part) -> _Written:
        part.close()
        store = self.destination.store
        rows = rows_in(store, part.path) if self.wish.format == "parquet" else part.rows
        return _Written(part.path.removeprefix(f"{self.destination.staging}/"), rows, int(store.get_file_info(part.path).size))


def _first_line(error: OSError) -> Any:
    return error.strerror or next(iter(str(error).splitlines()), type(error).__name__)
