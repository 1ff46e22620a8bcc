"""Compact tables: rewrite the small files that streaming leaves into few large ones.

Run with python or spark-submit, also while the landing job runs.
"""

from typing import Annotated

import structlog
import typer

from eddyline import log
from eddyline.contracts.tables import GAME_EVENTS, QUARANTINE
from eddyline.errors import EddylineError, LakeError
from eddyline.lake.catalog import open_catalog
from eddyline.settings import Settings, load
from eddyline.spark.compaction import compact
from eddyline.spark.session import start_session, stop_session, submitted
from eddyline.stack import jars


def compact_tables(
    tables: Annotated[list[str] | None, typer.Argument(help="Tables, namespace.name; none means game.events and ops.quarantine.")] = None,
    min_files: Annotated[int, typer.Option(help="Leave a day alone that has fewer files than this.", min=2)] = 5,
) -> None:
    """Rewrite small files into few, in the table's order."""
    log.configure("compaction")
    try:
        run(load(), tables or [GAME_EVENTS.identifier, QUARANTINE.identifier], min_files)
    except EddylineError as error:
        structlog.get_logger().error("compaction failed", error=str(error))
        raise typer.Exit(1) from error


def run(settings: Settings, tables: list[str], min_files: int) -> None:
    """Compact each table in turn.

    Raises LakeError when a table does not exist.
    """
    catalog = open_catalog(settings.lake)
    if absent := [table for table in tables if not catalog.table_exists(table)]:
        raise LakeError(f"there is no table {absent[0]}; `eddyline tables stats` lists them")
    spark = start_session(settings, "compact-tables", () if submitted() else jars.installed("spark"))
    try:
        for table in tables:
            done = compact(spark, table, min_files)
            structlog.get_logger().info("table compacted", table=table, files_rewritten=done.files_before, files_written=done.files_after)
    finally:
        stop_session(spark)


if __name__ == "__main__":
    typer.run(compact_tables)
