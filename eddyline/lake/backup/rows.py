"""The catalog's rows, in whatever database it is: read in one statement, written in one transaction."""

from collections.abc import Iterable, Mapping
from typing import Any

from pyiceberg.catalog.sql import SqlCatalog
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from eddyline.errors import LakeError
from eddyline.lake.catalog import CATALOG

Row = Mapping[str, Any]
_TABLES, _NAMESPACES = "iceberg_tables", "iceberg_namespace_properties"
_NAMED = {"catalog": CATALOG}


def read_tables(catalog: SqlCatalog) -> list[Row]:
    """Read all tables and views as they are at one moment."""
    return _read(catalog, _TABLES)


def read_namespaces(catalog: SqlCatalog) -> list[Row]:
    """Read the properties of all namespaces."""
    return _read(catalog, _NAMESPACES)


def write_rows(catalog: SqlCatalog, tables: Iterable[Row], namespaces: Iterable[Row]) -> None:
    """Replace whatever the catalog holds, all at once.

    Raises LakeError when the database refuses it.
    """
    try:
        with catalog.engine.begin() as connection:
            for name, rows in ((_TABLES, tables), (_NAMESPACES, namespaces)):
                connection.execute(text(f"DELETE FROM {name} WHERE catalog_name = :catalog"), _NAMED)  # noqa: S608 - our own constant
                has = {column["name"] for column in inspect(connection).get_columns(name)}
                for row in rows:
                    kept = {"catalog_name": CATALOG} | {column: value for column, value in row.items() if column in has}
                    columns, places = ", ".join(kept), ", ".join(f":{column}" for column in kept)
                    connection.execute(text(f"INSERT INTO {name} ({columns}) VALUES ({places})"), kept)  # noqa: S608 - the table's own columns
    except SQLAlchemyError as error:
        raise LakeError(f"the catalog's database did not take the tables ({type(error).__name__}); it is as it was, try again") from error


def _read(catalog: SqlCatalog, name: str) -> list[Row]:
    try:
        with catalog.engine.connect() as connection:
            return [row._asdict() for row in connection.execute(text(f"SELECT * FROM {name} WHERE catalog_name = :catalog"), _NAMED)]  # noqa: S608 - as above
    except SQLAlchemyError as error:
        raise LakeError(f"the catalog's database cannot be read ({type(error).__name__}); see EDDYLINE_LAKE__CATALOG_URI") from error
