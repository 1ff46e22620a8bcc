"""Iceberg tables made from the contracts."""

from collections.abc import Iterable
from contextlib import closing

from pyiceberg.catalog import Catalog
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import NamespaceAlreadyExistsError, TableAlreadyExistsError, ValidationError
from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC, PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table.sorting import NullOrder, SortDirection, SortField, SortOrder
from pyiceberg.transforms import DayTransform, IdentityTransform
from pyiceberg.types import BinaryType, DoubleType, IntegerType, LongType, NestedField, PrimitiveType, StringType, TimestamptzType
from sqlalchemy import text

from eddyline.contracts.tables import TABLES, ColumnType, Table
from eddyline.errors import LakeError
from eddyline.lake.catalog import open_catalog
from eddyline.settings import LakeSettings

_TYPES: dict[ColumnType, PrimitiveType] = {
    "string": StringType(),
    "int": IntegerType(),
    "long": LongType(),
    "double": DoubleType(),
    "timestamptz": TimestamptzType(),
    "binary": BinaryType(),
}

_LOCATION = "SELECT metadata_location FROM iceberg_tables WHERE catalog_name = :catalog AND table_namespace = :namespace AND table_name = :name"

PROPERTIES = {
    "format-version": "2",
    "write.format.default": "parquet",
    "write.parquet.compression-codec": "zstd",
    # The sink sorts and sizes each batch itself; a shuffle by Iceberg would only repeat it.
    "write.distribution-mode": "none",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
}


def create_tables(catalog: Catalog, tables: Iterable[Table] = TABLES) -> None:
    """Create what is missing of the tables and their namespaces; what is there stays as it is."""
    for table in tables:
        _create_namespace(catalog, table.namespace)
        if not catalog.table_exists(table.identifier):
            _create_table(catalog, table)


def need_readable(lake: LakeSettings, identifiers: Iterable[str]) -> None:
    """Read each table's metadata now: Iceberg itself would try for a minute and a half before it says what is wrong.

    Raises LakeError that names the file that cannot be read.
    """
    with closing(open_catalog(lake)) as catalog:
        for identifier in identifiers:
            try:
                catalog.load_table(identifier)
            except (OSError, ValueError, ValidationError) as error:
                raise LakeError(
                    f"the metadata of {identifier} cannot be read ({type(error).__name__}): {_metadata_location(catalog, identifier)}; "
                    "put the file back from a backup and start again: nothing lands meanwhile, and nothing is lost"
                ) from error


def _metadata_location(catalog: SqlCatalog, identifier: str) -> str:
    namespace, _, name = identifier.rpartition(".")
    known = {"catalog": catalog.name, "namespace": namespace, "name": name}
    with catalog.engine.connect() as connection:
        return str(connection.execute(text(_LOCATION), known).scalar())


def _create_namespace(catalog: Catalog, namespace: str) -> None:
    try:
        catalog.create_namespace_if_not_exists(namespace)
    except NamespaceAlreadyExistsError:
        return  # another process made it in the same moment


def _create_table(catalog: Catalog, table: Table) -> None:
    schema = iceberg_schema(table)
    try:
        catalog.create_table(
            table.identifier, schema, partition_spec=_partition_spec(table, schema), sort_order=_sort_order(table, schema), properties=PROPERTIES
        )
    except TableAlreadyExistsError:
        return  # another process made it in the same moment


def iceberg_schema(table: Table) -> Schema:
    """Render a table's columns as an Iceberg schema, field ids in order."""
    return Schema(
        *(
            NestedField(number, column.name, _TYPES[column.type], required=column.required, doc=column.doc or None)
            for number, column in enumerate(table.columns, 1)
        )
    )


def _partition_spec(table: Table, schema: Schema) -> PartitionSpec:
    if table.days_of is None:
        return UNPARTITIONED_PARTITION_SPEC
    source = schema.find_field(table.days_of).field_id
    return PartitionSpec(PartitionField(source_id=source, field_id=1000, transform=DayTransform(), name=f"{table.days_of}_day"))


def _sort_order(table: Table, schema: Schema) -> SortOrder:
    return SortOrder(*(SortField(schema.find_field(name).field_id, IdentityTransform(), SortDirection.ASC, NullOrder.NULLS_LAST) for name in table.sorted_by))
