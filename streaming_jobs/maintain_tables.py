"""Keep tables up: few files, few snapshots, no files that nothing names.

Run with python or spark-submit, also while the landing job runs: once, or round after round with --keep-going.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import structlog
import typer

from eddyline import log
from eddyline.errors import ComponentFailed, EddylineError, LakeError
from eddyline.lake.catalog import open_catalog
from eddyline.lake.lease import upkeep_of
from eddyline.lake.table_facts import need_tables
from eddyline.lake.tables import create_tables
from eddyline.settings import Settings, load
from eddyline.spark.metrics import serve_metrics
from eddyline.spark.ownership import owned
from eddyline.spark.runner import stop_on_signals
from eddyline.spark.session import driver, driver_pid, submitted
from eddyline.spark.upkeep.metrics import UpkeepMetrics
from eddyline.spark.upkeep.rounds import Bounds, Chore, Round, Upkeep, schedule
from eddyline.spark.upkeep.words import sentences
from eddyline.stack import jars

log_line = structlog.get_logger()


def maintain_tables(  # noqa: PLR0917 - typer reads options from the arguments
    tables: Annotated[list[str] | None, typer.Argument(help="Tables, namespace.name; none means all that Eddyline made.")] = None,
    only: Annotated[list[Chore] | None, typer.Option(help="Do this alone; may be given several times.")] = None,
    keep_going: Annotated[bool, typer.Option("--keep-going", help="Round after round, until stopped.")] = False,  # noqa: FBT002
    every: Annotated[float | None, typer.Option(min=1, metavar="SECONDS", help="Time between the starts of two rounds.")] = None,
    min_files: Annotated[int | None, typer.Option(min=2, help="Leave a day alone that has fewer small files than this.")] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="Keep at least so many of the newest snapshots.")] = None,
    snapshots_older_than: Annotated[float | None, typer.Option(min=0, metavar="HOURS", help="Remove snapshots older than this.")] = None,
    orphans_older_than: Annotated[float | None, typer.Option(min=24, metavar="HOURS", help="Leave younger files alone.")] = None,
    list_orphans: Annotated[bool, typer.Option("--list-orphans", help="Only list the files that nothing names.")] = False,  # noqa: FBT002
    as_json: Annotated[bool, typer.Option("--json", help="Print it for programs, a line a round.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Rewrite small files into few, expire old snapshots, remove old files that nothing names."""
    log.configure("upkeep")
    given = {
        "every_s": every,
        "min_files": min_files,
        "keep_snapshots": keep,
        "snapshots_older_than_hours": snapshots_older_than,
        "orphans_older_than_hours": orphans_older_than,
    }
    try:
        settings = load(upkeep={name: value for name, value in given.items() if value is not None})
        if keep_going:
            maintain(settings, tables or [])
        else:
            once(settings, tables or [], only or list(Chore), remove_orphans=not list_orphans, as_json=as_json)
    except EddylineError as error:
        structlog.get_logger().error("the upkeep failed", error=str(error))
        raise typer.Exit(1) from error


def once(settings: Settings, tables: Sequence[str], chores: Sequence[Chore], *, remove_orphans: bool, as_json: bool) -> None:
    """Do the chores for each table and print what was done.

    Raises LakeError when a table does not exist, or a chore was not done.
    """
    with _upkeep(settings, tables, remove_orphans=remove_orphans) as upkeep:
        upkeep.tell = lambda chore, table: log_line.info("chore begins", chore=str(chore), table=table)
        done = upkeep.round(chores)
    _print(done, as_json=as_json)
    if done.failed:
        chore, failed = done.failed[0]
        raise LakeError(f"{chore} of {failed.table} was not done ({failed.reason}); nothing is lost, run it again")


def maintain(settings: Settings, tables: Sequence[str]) -> None:
    """Do every chore round after round until a signal; what fails comes again with the next round.

    Raises ComponentFailed when nothing at all could be done too often in a row.
    """
    metrics, failures = UpkeepMetrics(), 0
    with _upkeep(settings, tables, remove_orphans=True) as upkeep:
        serve_metrics(metrics.registry, settings.upkeep.metrics_port, "EDDYLINE_UPKEEP__METRICS_PORT")
        for chores in schedule(settings.upkeep.every_s, settings.upkeep.orphans_every_hours * 3600, upkeep.stop):
            failures = 0 if _round(upkeep, chores, metrics) else failures + 1
            if failures > settings.landing.retries:
                raise ComponentFailed(f"nothing could be done in {failures} rounds; the warnings above say why")


def _round(upkeep: Upkeep, chores: Sequence[Chore], metrics: UpkeepMetrics) -> bool:
    try:
        done = upkeep.round(chores)
    except LakeError as error:
        log_line.warning("a round was not done and comes again", reason=str(error))
        return False
    for chore, failed in done.failed:
        log_line.warning("a chore was not done and comes again", chore=str(chore), **asdict(failed))
    metrics.round_done(done)
    log_line.info("round done", **done.summary())
    return len(done.failed) < len(done.outcomes) or not done.outcomes


@contextmanager
def _upkeep(settings: Settings, tables: Sequence[str], *, remove_orphans: bool) -> Iterator[Upkeep]:
    catalog, own = open_catalog(settings.lake), settings.upkeep
    create_tables(catalog)
    need_tables(catalog, tables)
    snapshots, orphans = timedelta(hours=own.snapshots_older_than_hours), timedelta(hours=own.orphans_older_than_hours)
    with driver(settings, "maintain-tables", () if submitted() else jars.for_spark(settings)) as spark:
        upkeep = Upkeep(spark, catalog, Bounds(own.min_files, own.keep_snapshots, snapshots, orphans, remove_orphans), tables)
        upkeep.turn = lambda table: owned(settings, (upkeep_of(table),), driver_pid(spark), upkeep.stop)
        stop_on_signals(upkeep.stop)
        yield upkeep


def _print(done: Round, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([{"chore": chore} | asdict(outcome) for chore, outcome in done.outcomes], indent=1))
        return
    for _, outcome in done.outcomes:
        for line in sentences(outcome):
            typer.echo(line)


if __name__ == "__main__":
    typer.run(maintain_tables)
