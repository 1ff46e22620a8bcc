"""Trino's dialect for DuckDB: what means the same is said, what would differ in silence is rewritten or refused."""

from collections.abc import Iterator
from typing import Any, ClassVar

import pyarrow as pa
import sqlglot
from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import SqlglotError
from sqlglot.parsers.trino import TrinoParser

from eddyline.errors import QueryError
from eddyline.lake.catalog import CATALOG
from eddyline.lake.dialect.saying import Saying

_UNNAMED = "_eddyline_unnamed_"
_SPECIAL_CALLS = ("CAST", "EXTRACT", "LISTAGG", "POSITION", "SUBSTRING", "TRIM", "TRY_CAST")


class PlainTrino(Trino):
    """Trino's syntax in which every function stays as it was called: our table of functions decides, not a guess."""

    class Parser(TrinoParser):
        """Trino's parser without knowledge of functions, but for those that have a syntax of their own."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {name: TrinoParser.FUNCTION_PARSERS[name] for name in _SPECIAL_CALLS}


def parse(sql: str) -> exp.Query:
    """Read a query in Trino's dialect.

    Raises QueryError where it cannot be understood.
    """
    try:
        tree = sqlglot.parse_one(sql, read=PlainTrino)
    except SqlglotError as error:
        raise QueryError(f"the query cannot be read: {_one_line(error)}") from error
    if isinstance(tree, exp.Values):
        return exp.select("*").from_(tree)
    if not isinstance(tree, exp.Query):
        raise QueryError("only a query can be run; begin with SELECT, WITH or VALUES")
    return tree


def _one_line(error: Exception) -> str:
    return " ".join(str(error).replace("\x1b[4m", "").replace("\x1b[0m", "").split())


def tables(query: exp.Query) -> list[tuple[str, str]]:
    """List the lake's tables a query names, as namespace and name.

    Raises QueryError for a table of another catalog and for one that belongs to the engine.
    """
    return sorted(set(_tables(query)))


def _tables(query: exp.Query) -> Iterator[tuple[str, str]]:
    inner = {cte.alias_or_name.lower() for cte in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        namespace, name = table.db.lower(), table.name.lower()
        if not namespace and name in inner:
            continue
        if not namespace:
            raise QueryError(f"table {table.name} lacks its namespace; write for example game.events")
        if table.catalog.lower() not in {"", CATALOG}:
            raise QueryError(f"there is no catalog {table.catalog}; the only one is {CATALOG}")
        if "$" in name or namespace == "information_schema":
            raise QueryError(f"{namespace}.{name} is a table of Trino's own: use --engine trino, or SHOW and DESCRIBE")
        yield namespace, name


def translate(query: exp.Query) -> str:
    """Say a query in DuckDB's dialect so that it gives the rows Trino would.

    Raises QueryError that names what has no equal.
    """
    tree = query.copy()
    for select in tree.find_all(exp.Select):
        select.set("expressions", [_named(column, number) for number, column in enumerate(select.expressions)])
    for values in tree.find_all(exp.Values):
        _name_values(values)
    return Saying.of(tree)


def _named(column: exp.Expr, number: int) -> exp.Expr:
    if isinstance(column, exp.Alias) or column.is_star:
        return column
    if isinstance(column, exp.Column):
        # DuckDB names a column as its table does, Trino as the query does.
        return exp.alias_(column, column.this.copy())
    return exp.alias_(column, f"{_UNNAMED}{number}")


def _name_values(values: exp.Values) -> None:
    alias = values.args.get("alias")
    if values.expressions and not (alias and alias.columns):
        width = len(values.expressions[0].expressions)
        columns = [exp.to_identifier(f"_col{number}") for number in range(width)]
        values.set("alias", exp.TableAlias(this=alias.this if alias else exp.to_identifier("_values"), columns=columns))


def name_columns(table: pa.Table) -> pa.Table:
    """Name the columns that the query left without a name as Trino does."""
    return table.rename_columns([f"_col{position}" if name.startswith(_UNNAMED) else name for position, name in enumerate(table.column_names)])
