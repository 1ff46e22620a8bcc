"""Evolution: tables of an older contract get the columns that the newer one added."""

from collections.abc import Iterable

from pyiceberg.catalog import Catalog
from pyiceberg.table import Table as IcebergTable
from pyiceberg.types import NestedField

from eddyline.contracts.tables import TABLES, Table
from eddyline.errors import LakeError
from eddyline.lake.tables import iceberg_schema


def migrate_tables(catalog: Catalog, tables: Iterable[Table] = TABLES) -> dict[str, list[str]]:
    """Add to each table the columns it lacks, and list them by table; rows landed before hold NULL there.

    Raises LakeError when a column has another type than the contract says: within a major version that never changes.
    """
    return {table.identifier: added for table in tables if (added := _migrate(catalog, table))}


def need_columns(catalog: Catalog, tables: Iterable[Table]) -> None:
    """Go on if the tables have every column of their contracts.

    Raises LakeError that names the first missing one and the command that adds it.
    """
    for table in tables:
        if missing := _missing(catalog.load_table(table.identifier), table):
            raise LakeError(f"{table.identifier} has no column {missing[0].name}, which the contract has: run `eddyline tables migrate`")


def _migrate(catalog: Catalog, table: Table) -> list[str]:
    if not catalog.table_exists(table.identifier):
        return []
    iceberg = catalog.load_table(table.identifier)
    if added := _missing(iceberg, table):
        with iceberg.update_schema() as update:
            for field in added:
                update.add_column(field.name, field.field_type, field.doc)
    return [field.name for field in added]


def _missing(iceberg: IcebergTable, table: Table) -> list[NestedField]:
    wanted, has = iceberg_schema(table).fields, {field.name: field.field_type for field in iceberg.schema().fields}
    for field in wanted:
        if has.get(field.name, field.field_type) != field.field_type:
            name, was = field.name, has[field.name]
            raise LakeError(f"column {name} of {table.identifier} is {was}, the contract says {field.field_type}: give the new field another name")
    return [field for field in wanted if field.name not in has]
