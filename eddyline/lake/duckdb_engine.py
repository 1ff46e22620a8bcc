"""DuckDB over the lake's tables: in this process, without a server, without a network, reading only."""

import duckdb
import pyarrow as pa
from pyiceberg.catalog import Catalog
from sqlglot import exp

from eddyline.errors import QueryError
from eddyline.lake import dialect, macros, show, sources
from eddyline.lake.answers import plain
from eddyline.lake.catalog import CATALOG, open_catalog
from eddyline.lake.statements import read_statement
from eddyline.settings import Settings


def run(sql: str, settings: Settings) -> pa.Table:
    """Answer one query in Trino's dialect from the catalog's present snapshots."""
    statement = read_statement(sql)
    catalog = open_catalog(settings.lake)
    if statement.kind in {"show", "describe"}:
        return show.answer(statement.text, catalog)
    query = dialect.parse(statement.explained or statement.text)
    try:
        return _answer(query, catalog, explain=statement.kind == "explain")
    except duckdb.IOException:
        # A compaction removed a file between planning and reading: the present snapshot has others.
        return _answer(query, catalog, explain=statement.kind == "explain")


def _answer(query: exp.Query, catalog: Catalog, *, explain: bool) -> pa.Table:
    sql = dialect.translate(query)
    with _connect() as connection:
        files = [file for namespace, name in dialect.tables(query) for file in sources.add_table(connection, catalog, namespace, name)]
        _seal(connection, files)
        try:
            if explain:
                return _plan(connection, sql)
            return dialect.name_columns(_fetch(connection, sql))
        except duckdb.IOException:
            raise
        except (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.NotImplementedException) as error:
            raise QueryError(f"DuckDB: {_reason(error)}; if Trino takes it, use --engine trino") from error
        except duckdb.Error as error:
            raise QueryError(_reason(error)) from error


def _connect() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    connection.execute(f"SET TimeZone = 'UTC'; ATTACH ':memory:' AS {CATALOG}; USE {CATALOG}")
    for macro in macros.MACROS:
        connection.execute(macro)
    return connection


def _seal(connection: duckdb.DuckDBPyConnection, files: list[str]) -> None:
    connection.execute("SET allowed_paths = ?", [files])
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")


def _fetch(connection: duckdb.DuckDBPyConnection, sql: str) -> pa.Table:
    relation = connection.sql(sql)
    integers = frozenset(position for position, kind in enumerate(relation.types) if str(kind) == "HUGEINT")
    return plain(relation.to_arrow_table(), integers)


def _plan(connection: duckdb.DuckDBPyConnection, sql: str) -> pa.Table:
    rows = connection.execute(f"EXPLAIN {sql}").fetchall()
    return pa.table({"Query Plan": [str(row[-1]) for row in rows]})


def _reason(error: Exception) -> str:
    first = str(error).split("\n", maxsplit=1)[0]
    return first.split(". Use TRY(", maxsplit=1)[0].removeprefix("Invalid Input Error: ")
