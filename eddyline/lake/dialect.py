"""Trino's dialect for DuckDB: what means the same is said, what would differ in silence is rewritten or refused."""

from collections.abc import Iterator
from typing import Any, ClassVar

import pyarrow as pa
import sqlglot
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.trino import Trino
from sqlglot.errors import SqlglotError

from eddyline.errors import QueryError
from eddyline.lake.catalog import CATALOG
from eddyline.lake.functions import FUNCTIONS

_UNNAMED = "_eddyline_unnamed_"
_SPECIAL_CALLS = ("CAST", "EXTRACT", "LISTAGG", "POSITION", "SUBSTRING", "TRIM", "TRY_CAST")


class _PlainTrino(Trino):
    """Trino's syntax in which every function stays as it was called: the table of functions decides, not a guess."""

    class Parser(Trino.Parser):
        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {name: Trino.Parser.FUNCTION_PARSERS[name] for name in _SPECIAL_CALLS}


def parse(sql: str) -> exp.Query:
    """Read a query in Trino's dialect.

    Raises QueryError where it cannot be understood.
    """
    try:
        tree = sqlglot.parse_one(sql, read=_PlainTrino)
    except SqlglotError as error:
        raise QueryError(f"the query cannot be read: {_one_line(error)}") from error
    if not isinstance(tree, exp.Query | exp.Values):
        raise QueryError("only a query can be run; begin with SELECT, WITH or VALUES")
    return tree  # type: ignore[return-value]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).replace("\x1b[4m", "").replace("\x1b[0m", "").split())


def tables(query: exp.Expression) -> list[tuple[str, str]]:
    """List the lake's tables a query names, as namespace and name.

    Raises QueryError for a table of another catalog and for one that belongs to the engine.
    """
    return sorted(set(_tables(query)))


def _tables(query: exp.Expression) -> Iterator[tuple[str, str]]:
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


class _Saying(DuckDB.Generator):
    """DuckDB's words for a tree of Trino's."""

    def anonymous_sql(self, expression: exp.Anonymous) -> str:
        arguments = [self.sql(argument) for argument in expression.expressions]
        name = expression.name.lower()
        template = FUNCTIONS.get(f"{name}/{len(arguments)}")
        if template is None:
            raise QueryError(f"{name} with {len(arguments)} arguments is not known to mean the same on DuckDB: use --engine trino")
        return template.format(*arguments)

    def div_sql(self, expression: exp.Div) -> str:
        return f"trino_divide({self.sql(expression.this)}, {self.sql(expression.expression)})"


def translate(query: exp.Query) -> str:
    """Say a query in DuckDB's dialect so that it gives the rows Trino would.

    Raises QueryError that names what has no equal.
    """
    tree = query.copy()
    for select in tree.find_all(exp.Select):
        select.set("expressions", [_named(column, number) for number, column in enumerate(select.expressions)])
    return _Saying(dialect=DuckDB()).generate(tree, copy=False)


def _named(column: exp.Expression, number: int) -> exp.Expression:
    if isinstance(column, exp.Alias | exp.Column | exp.Star) or column.is_star:
        return column
    return exp.alias_(column, f"{_UNNAMED}{number}")


def name_columns(table: pa.Table) -> pa.Table:
    """Name the columns that the query left without a name as Trino does."""
    return table.rename_columns([f"_col{position}" if name.startswith(_UNNAMED) else name for position, name in enumerate(table.column_names)])
