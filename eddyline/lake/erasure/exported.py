"""Exports that hold a player: copies outside of the lake, found by the register and by reading them, and removed as a whole."""

import base64
import contextlib
import json
from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from pyarrow.fs import FileInfo, FileSelector, FileSystem, FileType
from pyiceberg.catalog import Catalog

from eddyline.contracts.mentions import Evidence, Subject, concerns
from eddyline.errors import LakeError
from eddyline.lake.exporting.destination import SUCCESS, Destination
from eddyline.lake.exporting.export import MANIFEST
from eddyline.lake.exports import BEGAN, COMPLETE, REMOVED, Export, exports, note
from eddyline.settings import LakeSettings

_KNOWN = ("user_id", "tenant", "value", "key", "headers", "event_id", "detail")
_BYTES = ("value", "key")


def exports_about(catalog: Catalog, lake: LakeSettings, subject: Subject, tables: Iterable[str]) -> list[Export]:
    """List the exports of these tables that hold rows about the player.

    Raises LakeError when the store of one cannot be read.
    """
    wanted = set(tables)
    present = [export for export in exports(catalog) if export.table_name in wanted and export.state in {BEGAN, COMPLETE}]
    return [export for export in present if _holds(export, lake, subject)]


def remove(catalog: Catalog, lake: LakeSettings, export: Export) -> None:
    """Remove what an export wrote, its files alone, and note that it is gone.

    Raises LakeError when the store cannot be written.
    """
    with _store(export):
        destination = Destination.of(export, lake)
        for path in _written(destination, export):
            destination.store.delete_file(path)
        for folder in (destination.staging, destination.old):
            if _files(destination.store, folder):
                destination.store.delete_dir(folder)
    note(catalog, export.now(REMOVED))


def _holds(export: Export, lake: LakeSettings, subject: Subject) -> bool:
    with _store(export):
        destination = Destination.of(export, lake)
        data = [entry for folder in (destination.folder, destination.staging, destination.old) for entry in _data(destination.store, folder, export)]
        try:
            return any(_is_about(subject, batch, export.format) for entry in data for batch in _batches(destination.store, entry.path, export.format))
        except pa.ArrowInvalid:
            return True  # a killed export's file, cut short: what cannot be read may be about anybody


def _is_about(subject: Subject, rows: pa.RecordBatch, kind: str) -> bool:
    if "user_id" in rows.schema.names:
        mine = pc.equal(rows.column("user_id"), subject.user)
        if "tenant" in rows.schema.names:
            mine = pc.and_(mine, pc.equal(rows.column("tenant"), subject.tenant))
        return bool(pc.any(mine).as_py())
    return any(concerns(subject, _evidence(row, kind)) for row in rows.to_pylist())


def _evidence(row: dict[str, str | bytes | None], kind: str) -> Evidence:
    value, key = (_bytes(row.get(name), kind) for name in _BYTES)
    texts = tuple(text for name in ("headers", "event_id", "detail") if isinstance(text := row.get(name), str))
    tenant = row.get("tenant")
    return Evidence(value, key, texts, tenant if isinstance(tenant, str) and tenant else None)


def _bytes(value: str | bytes | None, kind: str) -> bytes | None:
    # In CSV, bytes are written in base64.
    return base64.b64decode(value) if kind == "csv" and value is not None else value if isinstance(value, bytes) else None


def _batches(store: FileSystem, path: str, kind: str) -> Iterator[pa.RecordBatch]:
    with store.open_input_file(path) as file:
        if kind == "parquet":
            parquet = pa.parquet.ParquetFile(file)
            yield from parquet.iter_batches(columns=[name for name in _KNOWN if name in parquet.schema_arrow.names])
        else:
            yield from _csv(file)


def _csv(file: pa.NativeFile) -> Iterator[pa.RecordBatch]:
    parse = pa.csv.ParseOptions(newlines_in_values=True)
    names = pa.csv.open_csv(file, parse_options=parse).schema.names
    file.seek(0)
    known = [name for name in _KNOWN if name in names]
    options = pa.csv.ConvertOptions(include_columns=known, column_types=dict.fromkeys(known, pa.string()))
    yield from pa.csv.open_csv(file, parse_options=parse, convert_options=options)


def _written(destination: Destination, export: Export) -> list[str]:
    listed = {f"{destination.folder}/{name}" for name in _manifest(destination)}
    own = {f"{destination.folder}/{name}" for name in (MANIFEST, SUCCESS)}
    # Without its list, as after a killed run, all files of its kind.
    return [entry.path for entry in _files(destination.store, destination.folder) if entry.path in own | listed or (not listed and _is_data(entry, export))]


def _manifest(destination: Destination) -> list[str]:
    try:
        with destination.store.open_input_file(f"{destination.folder}/{MANIFEST}") as file:
            return [str(each["path"]) for each in json.loads(file.read())["files"]]
    except (FileNotFoundError, ValueError, KeyError):
        return []


def _data(store: FileSystem, folder: str, export: Export) -> list[FileInfo]:
    return [entry for entry in _files(store, folder) if _is_data(entry, export)]


def _is_data(entry: FileInfo, export: Export) -> bool:
    return bool(entry.path.endswith(f".{export.format}"))


def _files(store: FileSystem, folder: str) -> list[FileInfo]:
    return [entry for entry in store.get_file_info(FileSelector(folder, allow_not_found=True, recursive=True)) if entry.type == FileType.File]


@contextlib.contextmanager
def _store(export: Export) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LakeError(f"the export of {export.table_name} at {export.destination} cannot be looked through ({error}): see to it, then go on") from error
