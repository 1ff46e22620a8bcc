"""DuckDB over the lake's tables: in this process, without a server, without a network, reading only."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
from pyiceberg.catalog import Catalog
from sqlalchemy.engine import make_url

from eddyline.errors import QueryError
from eddyline.lake import show, sources
from eddyline.lake.answers import plain
from eddyline.lake.catalog import CATALOG, open_catalog
from eddyline.lake.dialect import macros
from eddyline.lake.dialect import translation as dialect
from eddyline.lake.dialect.statements import read_statement
from eddyline.lake.mending import mended
from eddyline.settings import Settings

# A sealed DuckDB takes a file that is not there for a folder, which it may not open. No query can name a file itself.
_VANISHED = (duckdb.IOException, duckdb.PermissionException)


def run(sql: str, settings: Settings) -> pa.Table:
    """Answer one query in Trino's dialect from the catalog's present snapshots."""
    statement = read_statement(sql)
    if statement.kind in {"show", "describe"}:
        return show.answer(statement.text, _open(settings))
    query = dialect.parse(statement.explained or statement.text)
    question = _Question(dialect.translate(query), dialect.tables(query), explain=statement.kind == "explain")
    catalog = _open(settings) if question.tables else None
    try:
        return _answer(question, catalog)
    except _VANISHED:
        # A compaction removed a file between planning and reading: the present snapshot has others.
        return _again(question, catalog)


@dataclass(frozen=True, slots=True)
class _Question:
    sql: str
    tables: list[tuple[str, str]]
    explain: bool


def _open(settings: Settings) -> Catalog:
    url = make_url(settings.lake.catalog_uri)
    # Asking shall not make an empty catalog where there is none.
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise QueryError(f"there is no lake in {settings.home} yet: run `eddyline demo` or `eddyline up` first, or set EDDYLINE_HOME")
    return open_catalog(settings.lake)


def _again(question: _Question, catalog: Catalog | None) -> pa.Table:
    try:
        return _answer(question, catalog)
    except _VANISHED as error:
        raise QueryError(f"a file of the lake cannot be read: {_reason(error)}") from error


def _answer(question: _Question, catalog: Catalog | None) -> pa.Table:
    with _connect() as connection:
        files = [file for namespace, name in question.tables if catalog for file in sources.add_table(connection, catalog, namespace, name)]
        _seal(connection, files)
        try:
            return _plan(connection, question.sql) if question.explain else dialect.name_columns(_fetch(connection, question.sql))
        except _VANISHED:
            raise
        except (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.NotImplementedException) as error:
            raise QueryError(f"DuckDB: {_reason(error)}; if Trino takes it, use --engine trino") from error
        except duckdb.Error as error:
            raise QueryError(_reason(error)) from error


def _connect() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    connection.execute(f"SET TimeZone = 'UTC'; ATTACH ':memory:' AS {CATALOG}; USE {CATALOG}")
    connection.create_function("trino_mended", mended, ["BLOB"], "VARCHAR")
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
