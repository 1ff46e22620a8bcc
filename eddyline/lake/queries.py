"""Questions to the lake: one dialect, Trino's, and the same rows from every engine."""

from collections.abc import Callable
from typing import Literal

import pyarrow as pa

from eddyline.lake import duckdb_engine, trino_engine
from eddyline.settings import Settings

Engine = Literal["duckdb", "trino"]
ENGINES: dict[Engine, Callable[[str, Settings], pa.Table]] = {"duckdb": duckdb_engine.run, "trino": trino_engine.run}


def run_query(sql: str, settings: Settings, engine: Engine = "duckdb") -> pa.Table:
    """Answer one query in Trino's dialect.

    Integers come as int64, instants as UTC with microseconds. Raises QueryError for what cannot be run or would mean something else.
    """
    return ENGINES[engine](sql, settings)
