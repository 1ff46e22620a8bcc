"""A table's columns as a Spark schema."""

from eddyline.contracts.tables import ColumnType, Table

_TYPES: dict[ColumnType, str] = {"string": "STRING", "int": "INT", "long": "BIGINT", "double": "DOUBLE", "timestamptz": "TIMESTAMP", "binary": "BINARY"}


def spark_ddl(table: Table) -> str:
    """Render a table's columns as the DDL text that `StructType.fromDDL` and `DataFrameReader.schema` read."""
    columns = (f"`{column.name}` {_TYPES[column.type]}{' NOT NULL' * column.required} COMMENT '{_quoted(column.doc)}'" for column in table.columns)
    return ",\n".join(columns) + "\n"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
