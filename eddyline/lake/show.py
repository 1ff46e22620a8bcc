"""SHOW and DESCRIBE, answered from the catalog with the rows Trino gives."""

import re
from collections.abc import Callable

import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchNamespaceError, NoSuchTableError
from pyiceberg.types import NestedField

from eddyline.errors import QueryError
from eddyline.lake.catalog import CATALOG

_NAME = r'"?([A-Za-z_][A-Za-z0-9_]*)"?'
_TABLE = rf"(?:{CATALOG}\.)?{_NAME}\.{_NAME}"
_TYPES = {
    "string": "varchar",
    "long": "bigint",
    "int": "integer",
    "float": "real",
    "binary": "varbinary",
    "timestamp": "timestamp(6)",
    "timestamptz": "timestamp(6) with time zone",
    "time": "time(6)",
}


def answer(text: str, catalog: Catalog) -> pa.Table:
    """Answer SHOW SCHEMAS, SHOW TABLES, SHOW COLUMNS or DESCRIBE.

    Raises QueryError for another SHOW and for what does not exist.
    """
    for pattern, say in _ANSWERS.items():
        match = re.fullmatch(pattern, text, re.IGNORECASE)
        if match:
            return say(catalog, *(name.lower() for name in match.groups()))
    raise QueryError("only SHOW SCHEMAS, SHOW TABLES FROM namespace, SHOW COLUMNS FROM namespace.table and DESCRIBE are known: use --engine trino")


def _schemas(catalog: Catalog) -> pa.Table:
    own = [".".join(namespace) for namespace in catalog.list_namespaces()]
    return pa.table({"Schema": pa.array(sorted([*own, "information_schema", "system"]), pa.string())})


def _tables(catalog: Catalog, namespace: str) -> pa.Table:
    try:
        names = sorted(name[-1] for name in catalog.list_tables(namespace))
    except NoSuchNamespaceError as error:
        raise QueryError(f"there is no namespace {namespace}; SHOW SCHEMAS lists them") from error
    return pa.table({"Table": pa.array(names, pa.string())})


def _columns(catalog: Catalog, namespace: str, name: str) -> pa.Table:
    try:
        fields = catalog.load_table((namespace, name)).schema().fields
    except NoSuchTableError as error:
        raise QueryError(f"there is no table {namespace}.{name}; SHOW TABLES FROM {namespace} lists them") from error
    columns = [(field.name, _trino_type(field), "", field.doc or "") for field in fields]
    names = ("Column", "Type", "Extra", "Comment")
    return pa.table({name: pa.array([column[position] for column in columns], pa.string()) for position, name in enumerate(names)})


def _trino_type(field: NestedField) -> str:
    kind = str(field.field_type)
    return _TYPES.get(kind, kind.replace(", ", ","))


_ANSWERS: dict[str, Callable[..., pa.Table]] = {
    rf"SHOW\s+SCHEMAS(?:\s+(?:FROM|IN)\s+{CATALOG})?": _schemas,
    rf"SHOW\s+TABLES\s+(?:FROM|IN)\s+(?:{CATALOG}\.)?{_NAME}": _tables,
    rf"(?:SHOW\s+COLUMNS\s+(?:FROM|IN)|DESCRIBE|DESC)\s+{_TABLE}": _columns,
}
