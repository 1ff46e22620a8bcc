"""Saves the catalog while everything runs: all tables as they are at one moment."""

from pathlib import Path

from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.serializers import FromInputFile

from eddyline.errors import LakeError
from eddyline.lake.backup.rows import Row, read_namespaces, read_tables
from eddyline.lake.backup.saved import SavedTable, keep

_TRIES = 3


def save_catalog(catalog: SqlCatalog, folder: Path) -> tuple[tuple[SavedTable, ...], tuple[dict[str, str | None], ...], tuple[str, ...]]:
    """Copy each table's metadata to the folder; return tables, namespaces, and what was left out.

    Raises LakeError when a metadata file cannot be read.
    """
    for last in range(1, _TRIES + 1):
        rows = read_tables(catalog)
        tables, views = [row for row in rows if _is_table(row)], [row for row in rows if not _is_table(row)]
        try:
            saved = tuple(_save(catalog, row, folder) for row in tables)
        except FileNotFoundError as error:
            # Twenty commits later a metadata file is gone: then the rows are newer, too.
            if last == _TRIES:
                raise LakeError(f"the metadata of a table cannot be read: {error}; nothing was saved") from error
        else:
            namespaces = tuple({name: row[name] for name in ("namespace", "property_key", "property_value")} for row in read_namespaces(catalog))
            return saved, namespaces, tuple(f"view {row['table_namespace']}.{row['table_name']}" for row in views)
    raise AssertionError


def _is_table(row: Row) -> bool:
    return row.get("iceberg_type") in {None, "TABLE"}


def _save(catalog: SqlCatalog, row: Row, folder: Path) -> SavedTable:
    location, namespace, name = row["metadata_location"], row["table_namespace"], row["table_name"]
    file = catalog._load_file_io(location=location).new_input(location)  # noqa: SLF001 - how the catalog itself reads it
    metadata = FromInputFile.table_metadata(file)
    with file.open() as stream:
        keep(folder / (copy := f"metadata/{namespace}.{name}.{Path(location).name}"), stream.read())
    snapshot = metadata.current_snapshot()
    rows = 0 if snapshot is None or snapshot.summary is None else int(snapshot.summary.additional_properties.get("total-records", 0))
    return SavedTable(namespace, name, location, copy, rows)
