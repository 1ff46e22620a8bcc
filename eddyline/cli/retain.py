"""`eddyline retain`: keep rows for so long, and no longer."""

import json
from datetime import timedelta
from typing import Annotated

import typer

from eddyline import log
from eddyline.cli.erase import BUSY
from eddyline.errors import LeaseHeld, SettingsError
from eddyline.settings import load
from eddyline.spark.session import driver, short_lived
from eddyline.spark.upkeep.retention import TABLES, Retained
from eddyline.spark.upkeep.retention import retain as delete_older
from eddyline.stack import jars


def retain(
    *,
    days: Annotated[float, typer.Option(min=0, help="Keep the rows of so many days, counted from when they landed.")],
    tables: Annotated[list[str] | None, typer.Option("--table", help=f"Of this table only: {' or '.join(TABLES)}.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count the rows, and delete none.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print it for programs.")] = False,
) -> None:
    """Delete rows that landed longer ago; their offsets stay counted as erased, and they never land again. Stop the landing job first."""
    log.configure("retain")
    if as_json and not (yes or dry_run):
        raise SettingsError("--json asks nobody: add --yes, or --dry-run to look first")
    settings, age, chosen = load(), timedelta(days=days), tables or list(TABLES)
    try:
        with driver(short_lived(settings), "retain", jars.for_spark(settings)) as spark:
            found = delete_older(spark, settings, age, chosen, remove=False)
            if not (dry_run or yes):
                _print(found, "landed before")
                typer.confirm("Delete them, for good?", abort=True)
            done = found if dry_run else delete_older(spark, settings, age, chosen, remove=True)
    except LeaseHeld as error:
        raise LeaseHeld(f"{BUSY} ({error})") from error
    if as_json:
        typer.echo(json.dumps({each.table: {"before": each.before.isoformat(), "rows": each.rows, "deleted": not dry_run} for each in done}, indent=1))
    else:
        _print(done, "landed before" if dry_run else "deleted, landed before")


def _print(found: list[Retained], what: str) -> None:
    for each in found:
        typer.echo(f"{each.table}: {each.rows:,} rows {what} {each.before:%Y-%m-%d %H:%M} UTC")
