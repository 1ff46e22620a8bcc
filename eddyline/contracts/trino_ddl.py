"""A table as Iceberg DDL in Trino's dialect."""

from eddyline.contracts.tables import Column, ColumnType, Table

CATALOG = "lake"
_TYPES: dict[ColumnType, str] = {
    "string": "VARCHAR",
    "int": "INTEGER",
    "long": "BIGINT",
    "double": "DOUBLE",
    "timestamptz": "TIMESTAMP(6) WITH TIME ZONE",
    "binary": "VARBINARY",
}


def create_schema(namespace: str) -> str:
    """Render a namespace as the statement that creates it."""
    return f"CREATE SCHEMA IF NOT EXISTS {CATALOG}.{namespace};\n"


def create_table(table: Table) -> str:
    """Render a table as the statement that creates it, with its comments, partitioning and order."""
    columns = ",\n".join(_column(column) for column in table.columns)
    order = ", ".join(_text(name) for name in table.sorted_by)
    partitioning = f"    partitioning = ARRAY[{_text(f'day({table.days_of})')}],\n" if table.days_of else ""
    return (
        f"CREATE TABLE IF NOT EXISTS {CATALOG}.{table.identifier} (\n{columns}\n)\n"
        f"COMMENT {_text(table.doc)}\n"
        "WITH (\n"
        "    format = 'PARQUET',\n"
        "    format_version = 2,\n"
        f"{partitioning}"
        f"    sorted_by = ARRAY[{order}]\n"
        ");\n"
    )


def _column(column: Column) -> str:
    return f"    {column.name} {_TYPES[column.type]}{' NOT NULL' * column.required} COMMENT {_text(column.doc)}"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
