"""`eddyline erase`: forget a player, everywhere."""

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from rich.console import Console
from rich.table import Table

from eddyline import log
from eddyline.cli.steps import Steps
from eddyline.contracts.mentions import PUBLIC, Subject
from eddyline.errors import LakeError, LeaseHeld, SettingsError
from eddyline.lake.erasure.subjects import hash_of
from eddyline.settings import Settings, load
from eddyline.spark.runner import first_line
from eddyline.spark.session import driver, short_lived
from eddyline.spark.upkeep.erasure import STEPS, Erasure
from eddyline.spark.upkeep.erasure_notes import Removed, completed_before
from eddyline.spark.upkeep.traces import Traces
from eddyline.stack import jars

BUSY = "jobs work on the tables: `eddyline down`, then `eddyline up --without landing` and without other jobs, and run this command again"


def erase(
    *,
    user: Annotated[str, typer.Option(help="The player's id.")],
    tenant: Annotated[str, typer.Option(help="Whose player it is.")] = PUBLIC,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed where, and remove nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    wait: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="Wait at most so long for files that Kafka and Redis are to delete.")] = 180.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print it for programs.")] = False,
) -> None:
    """Remove a player from every table, topic, store and file; the broker must run, the landing job and the projection must not.

    Exit code 0 only if nothing of the player is left. What was interrupted is completed by running it again.
    """
    log.configure("erase")
    if not user:
        raise SettingsError("--user is empty; name the player whom to forget")
    if as_json and not (yes or dry_run):
        raise SettingsError("--json asks nobody: add --yes, or --dry-run to look first")
    settings, subject = load(), Subject(tenant, user)
    with _traces(settings, subject) as traces:
        if dry_run or not as_json:
            _tell(traces.found(), completed_before(traces.spark, hash_of(subject, settings.home)), as_json=as_json)
        if dry_run:
            return
        if not yes:
            typer.confirm("Remove it all, for good?", abort=True)
        erasure = Erasure(traces, Steps(STEPS).step, wait)
        left = _run(erasure)
    _report(erasure, left, as_json=as_json)
    if left:
        raise typer.Exit(1)


@contextmanager
def _traces(settings: Settings, subject: Subject) -> Iterator[Traces]:
    broker_data = settings.home / "broker" / "data"
    with (
        driver(short_lived(settings), "erase-user", jars.for_spark(settings)) as spark,
        Traces(spark, settings, subject, broker_data=broker_data if broker_data.is_dir() else None) as traces,
    ):
        yield traces


def _run(erasure: Erasure) -> list[Removed]:
    try:
        return erasure.run()
    except LeaseHeld as error:
        raise LeaseHeld(f"{BUSY} ({error})") from error
    except (PySparkException, Py4JError) as error:
        raise LakeError(f"the erasure did not end ({first_line(error)}); run the command again, it goes on where it was") from error


def _tell(found: list[Removed], before: list[datetime], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"found": _plain(found), "erased_before": [at.isoformat() for at in before]}, indent=1))
    else:
        _print(found, before)


def _print(found: list[Removed], before: list[datetime]) -> None:
    table = Table("where", header_style="bold")
    for name in ("of the player", "of others, leaving with it"):
        table.add_column(name, justify="right")
    for each in found:
        table.add_row(each.place, f"{each.erased:,}", f"{each.others:,}" if each.others else "")
    Console(stderr=True).print(table)
    topics = [each for each in found if each.others]
    if topics:
        typer.echo("Kafka takes records from a topic's start only: those of others leave the topics, too. All of them are in the tables by then.", err=True)
    for at in before:
        typer.echo(f"This player was erased before, at {at:%Y-%m-%d %H:%M} UTC.", err=True)


def _report(erasure: Erasure, left: list[Removed], *, as_json: bool) -> None:
    notes = erasure.notes
    if as_json:
        told = {"complete": not left, "erasure_id": notes.erasure_id, "subject_sha256": notes.subject_sha256}
        typer.echo(json.dumps(told | {"removed": _plain(notes.written[:-1]), "left": _plain(left)}, indent=1))
        return
    for each in left:
        typer.echo(f"LEFT in {each.place}: {each.remaining}")
    removed = sum(each.erased for each in notes.written)
    typer.echo(f"{removed:,} rows, records and files removed; " + ("NOT complete: see above." if left else "nothing of the player is left."))
    typer.echo(f"Noted in ops.erasures as {notes.erasure_id}, player {notes.subject_sha256[:16]}….")


def _plain(found: list[Removed]) -> list[dict[str, object]]:
    return [dataclasses.asdict(each) for each in found]
