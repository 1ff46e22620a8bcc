"""An Iceberg table as something DuckDB can read: its files by field id, or its rows where files alone would lie."""

from collections.abc import Iterable
from urllib.parse import urlsplit

import duckdb
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.schema import Schema
from pyiceberg.table import FileScanTask, Table
from pyiceberg.types import DecimalType, FixedType, NestedField

from eddyline.errors import QueryError
from eddyline.lake.dialect.words import literal

_TYPES = {
    "boolean": "BOOLEAN",
    "int": "INTEGER",
    "long": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMP WITH TIME ZONE",
    "string": "VARCHAR",
    "binary": "BLOB",
}


def add_table(connection: duckdb.DuckDBPyConnection, catalog: Catalog, namespace: str, name: str) -> list[str]:
    """Show the table's present snapshot under its own name and return the files DuckDB will read for it.

    Raises QueryError when the catalog has no such table.
    """
    table = _load(catalog, namespace, name)
    tasks = _plan(table)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(namespace)}")
    if _files_say_all(table.schema(), tasks):
        files = [_local_path(task.file.file_path) for task in tasks]
        select = _select_files(table.schema(), files) if files else _select_nothing(table.schema())
    else:
        rows = f"{namespace}.{name} rows"
        connection.register(rows, table.scan().to_arrow())
        files, select = [], f"SELECT * FROM {quoted(rows)}"  # noqa: S608 - the name is quoted
    connection.execute(f"CREATE OR REPLACE VIEW {quoted(namespace)}.{quoted(name)} AS {select}")
    return files


def _load(catalog: Catalog, namespace: str, name: str) -> Table:
    try:
        return catalog.load_table((namespace, name))
    except NoSuchTableError as error:
        there = [".".join(table) for space in catalog.list_namespaces() for table in catalog.list_tables(space)]
        raise QueryError(f"there is no table {namespace}.{name}; the tables are: {', '.join(sorted(there)) or 'none yet'}") from error


def _plan(table: Table) -> list[FileScanTask]:
    try:
        return list(table.scan().plan_files())
    except (ValueError, NotImplementedError, OSError) as error:
        # Equality deletes, a version of the format or a storage that PyIceberg does not read.
        raise QueryError(f"the files of {'.'.join(table.name())} cannot be planned here ({error}): use --engine trino") from error


def _files_say_all(schema: Schema, tasks: Iterable[FileScanTask]) -> bool:
    # Deleted rows are still in their files, and DuckDB here reads neither S3 nor nested columns by field id: PyIceberg does.
    flat = all(_duckdb_type(field) for field in schema.fields)
    return flat and all(not task.delete_files and urlsplit(task.file.file_path).scheme in {"", "file"} for task in tasks)


def _select_files(schema: Schema, files: list[str]) -> str:
    fields = (f"{field.field_id}: {{name: {literal(field.name)}, type: {literal(_duckdb_type(field))}, default_value: NULL}}" for field in schema.fields)
    options = f"hive_partitioning = false, schema = MAP {{{', '.join(fields)}}}"
    return f"SELECT * FROM read_parquet([{', '.join(map(literal, files))}], {options})"  # noqa: S608 - every part is quoted


def _select_nothing(schema: Schema) -> str:
    return f"SELECT {', '.join(f'CAST(NULL AS {_duckdb_type(field)}) AS {quoted(field.name)}' for field in schema.fields)} WHERE false"


def _duckdb_type(field: NestedField) -> str:
    kind = field.field_type
    if isinstance(kind, DecimalType):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    return "BLOB" if isinstance(kind, FixedType) else _TYPES.get(str(kind), "")


def _local_path(location: str) -> str:
    path = location.removeprefix("file://") if location.startswith("file://") else location.removeprefix("file:")
    # read_parquet takes a path as a pattern: a bracket around a special character makes it stand for itself.
    return "".join(f"[{character}]" if character in "*?[" else character for character in path)


def quoted(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'
