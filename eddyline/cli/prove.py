"""`eddyline prove`: kill and disturb a stack of its own, and account for every event that was promised."""

import json
import random
import shlex
import shutil
import tempfile
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eddyline import settings
from eddyline.cli.prove_report import print_result
from eddyline.cli.terminal import Screen
from eddyline.prove.proof import RATE, Plan
from eddyline.prove.proof import prove as run_proof
from eddyline.prove.result import Result
from eddyline.prove.schedule import Kind
from eddyline.prove.worst import keep_if_worst
from eddyline.stack import stores, trino_install
from eddyline.stack.fetch import prepare_spark, shown
from eddyline.stack.interrupts import Interrupted, Interrupts
from eddyline.stack.local_stack import Extra

LARGEST_DRAWN_SEED = 10_000


class Storage(StrEnum):
    """Where the proof's tables are."""

    LOCAL = "local"
    S3 = "s3"
    HDFS = "hdfs"


# What each storage needs to run beneath the tables, and is struck as well.
BENEATH: Mapping[Storage, tuple[Extra, ...]] = {Storage.LOCAL: (), Storage.S3: (Extra.S3, Extra.POSTGRES), Storage.HDFS: (Extra.HDFS, Extra.POSTGRES)}


def prove(  # noqa: PLR0917 - typer reads options from the arguments
    kills: Annotated[int, typer.Option(min=0, help="How often each component is killed; the other faults come in proportion. 0: no fault at all.")] = 2,
    seed: Annotated[int | None, typer.Option(help="Draws the faults and their moments; the same seed draws the same.")] = None,
    component: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Strike this component only; may be given several times.")] = None,
    with_: Annotated[list[Extra] | None, typer.Option("--with", help="Run this, too, and strike it; may be given several times.")] = None,
    storage: Annotated[Storage, typer.Option(help="Where tables are; s3 and hdfs come with PostgreSQL as the catalog.")] = Storage.LOCAL,
    fault: Annotated[list[Kind] | None, typer.Option(help="Strike in this way only; may be given several times.")] = None,
    minutes: Annotated[float | None, typer.Option(min=0.1, help="Strike no more after so long; what was left out is said.")] = None,
    rate: Annotated[float, typer.Option(min=1, help="Messages a second.")] = RATE,
    require_all: Annotated[bool, typer.Option("--require-all", help="Fail when a fault could not be tried on this machine.")] = False,  # noqa: FBT002 - a flag
    as_json: Annotated[bool, typer.Option("--json", help="Print it for programs.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Start a stack of its own, strike it with faults under load, and prove that no event was lost or doubled.

    Touches nothing of yours: own folder, own ports. Exits 0 only when every promise was kept and every fault happened.
    """
    drawn = random.SystemRandom().randrange(LARGEST_DRAWN_SEED) if seed is None else seed
    extras = tuple(dict.fromkeys([*(with_ or ()), *BENEATH[storage]]))
    plan = Plan(drawn, kills, tuple(component or ()), tuple(fault or Kind), minutes, rate, require_all=require_all, extras=extras)
    result = _run(plan, Screen())
    keep_if_worst(result)
    if as_json:
        typer.echo(json.dumps(result.as_json(), indent=1))
    else:
        print_result(result, Console())
    if result.failed:
        raise typer.Exit(1)


def _run(plan: Plan, screen: Screen) -> Result:
    interrupts = Interrupts()
    ledger = settings.load().home / "proofs" / f"ledger-seed{plan.seed}.jsonl"
    folder = Path(tempfile.mkdtemp(prefix="eddyline-prove-"))
    try:
        with interrupts.handled():
            prepare_spark()
            if Extra.TRINO in plan.extras:
                with shown("downloading Trino") as on_progress:
                    trino_install.install(on_progress)
            with shown("downloading stores") as on_progress:
                stores.fetch(folder / "home", plan.extras, on_progress)
            result = run_proof(plan, folder / "home", ledger, command_of(plan), interrupts=interrupts, say=screen.say)
    except Interrupted as interrupted:
        typer.echo(f"eddyline: the proof was interrupted; everything is stopped, its ledger is {ledger}", err=True)
        raise typer.Exit(interrupted.exit_code) from interrupted
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return result


def command_of(plan: Plan) -> str:
    """Return the command that repeats a proof."""
    words: list[str] = ["eddyline", "prove", "--seed", str(plan.seed), "--kills", str(plan.kills)]
    for name in plan.components:
        words += ["--component", name]
    for extra in plan.extras:
        words += ["--with", extra]
    for kind in plan.kinds if plan.kinds != tuple(Kind) else ():
        words += ["--fault", kind]
    words += ["--rate", f"{plan.rate:g}"] if plan.rate != RATE else []
    return shlex.join(words)
