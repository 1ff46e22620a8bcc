"""The expressions both engines are held to: read from expressions.txt, recorded there from a real Trino."""

import json
import math
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from eddyline.cli.formats import as_json
from eddyline.errors import QueryError
from eddyline.lake.queries import Engine, run_query
from eddyline.settings import Settings, load

FILE = Path(__file__).with_suffix(".txt")
ARROW = " --> "


@dataclass(frozen=True)
class Expression:
    """A query and what Trino answered: `types: rows`, `error`, or `refused`."""

    text: str
    expected: str

    @property
    def sql(self):
        return self.text if re.match(r"(SELECT|WITH|VALUES|TABLE)\b", self.text) else f"SELECT {self.text}"


def expressions():
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return [Expression(*(line.partition(ARROW)[::2])) for line in lines if line and not line.startswith("#")]


def answer(sql: str, settings: Settings, engine: Engine) -> str:
    """Say an answer in one line."""
    try:
        return described(run_query(sql, settings, engine))
    except QueryError as error:
        return "refused" if "use --engine trino" in str(error) or "refused" in str(error) else "error"


def described(table: pa.Table) -> str:
    types = ", ".join(f"{field.name} {field.type}" for field in table.schema)
    rows = [list(row.values()) for row in json.loads(as_json(table))]
    return f"{types}: {json.dumps(rows, ensure_ascii=False)}"


def same(one: str, other: str) -> bool:
    """Tell whether two answers are the same, doubles to 1e-9."""
    if ": " not in one or ": " not in other:
        return one == other
    (types, rows), (other_types, other_rows) = (text.split(": [", maxsplit=1) for text in (one, other))
    return types == other_types and _same_value(json.loads(f"[{rows}"), json.loads(f"[{other_rows}"))


def _same_value(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same_value, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9)
    return type(one) is type(other) and one == other


def record(settings: Settings) -> None:
    """Write what Trino answers now into the file; what DuckDB refuses is marked as refused."""
    lines = []
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            lines.append(line)
            continue
        expression = Expression(*(line.partition(ARROW)[::2]))
        trino, duckdb = (answer(expression.sql, settings, engine) for engine in ("trino", "duckdb"))
        if duckdb != "refused" and not same(trino, duckdb):
            print(f"{expression.text}\n    trino   {trino}\n    duckdb  {duckdb}", file=sys.stderr)
        lines.append(f"{expression.text}{ARROW}{'refused' if duckdb == 'refused' else trino}")
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    record(load(home=sys.argv[2] if len(sys.argv) > 2 else None, trino={"port": int(sys.argv[1])}))
