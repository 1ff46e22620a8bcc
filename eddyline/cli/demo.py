"""`eddyline demo`: the whole pipeline once, and what became of every event."""

import time
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from eddyline import settings as settings_module
from eddyline.cli import demo_steps
from eddyline.cli.demo_steps import MemoryPeak, Run, program, wait_for
from eddyline.cli.demo_summary import Outcome, print_summary
from eddyline.cli.steps import Steps
from eddyline.kafka.topics import create_topics
from eddyline.lake.queries import run_query
from eddyline.lake.query_files import query_files
from eddyline.settings import Settings
from eddyline.stack import jars, ports, state
from eddyline.stack.fetch import shown
from eddyline.stack.interrupts import Interrupted, Interrupts
from eddyline.stack.local_stack import local_stack
from eddyline.stack.supervise import Bounds, Supervisor

# Broker, catalog, tables, Spark's temporary files and logs of a demo, with room to spare.
NEEDED_BYTES = 1_000_000_000


def demo(
    events: Annotated[int, typer.Option(min=100, help="How many events the players make.")] = 6_000,
    users: Annotated[int, typer.Option(min=2, help="How many players there are.")] = 200,
) -> None:
    """Run the whole pipeline once in a folder of its own, and show what became of every event.

    Exits 0 only when nothing was lost or doubled.
    """
    interrupts, steps = Interrupts(), Steps(6)
    home = settings_module.load().home / "demo"
    try:
        with interrupts.handled():
            outcome = _run(_fresh(home), events, users, steps, interrupts)
    except Interrupted as interrupted:
        typer.echo("eddyline: the demo was interrupted; everything is stopped", err=True)
        raise typer.Exit(interrupted.exit_code) from interrupted
    print_summary(outcome)
    if not outcome.is_balanced:
        raise typer.Exit(1)


def _fresh(home: Path) -> Settings:
    state.reset(home)
    # On this machine and nowhere else, whatever the user's own settings name: a demo fills no tables of theirs.
    return settings_module.load(
        home=home,
        api={"port": 0, "host": ports.LOOPBACK},
        kafka={"bootstrap_servers": f"{ports.LOOPBACK}:0", "security_protocol": "PLAINTEXT"},
        lake={"catalog_uri": "", "warehouse": ""},
        landing={"metrics_port": 0, "checkpoints": "", "trigger_interval_ms": 1000},
        trino={"port": 0},
    )


def _run(settings: Settings, events: int, users: int, steps: Steps, interrupts: Interrupts) -> Outcome:
    began, memory = time.monotonic(), MemoryPeak()
    with state.opened(settings.home, needed_bytes=NEEDED_BYTES):
        with shown("downloading jars") as on_progress:
            jars.fetch(on_progress=on_progress)
        stack = local_stack(settings)
        run = Run(stack.settings)
        supervisor = Supervisor(stack.servers, say=steps.note, show=lambda _name, _line: None, interrupts=interrupts, bounds=Bounds(deaths=3))

        def meanwhile() -> None:
            supervisor.tick()
            memory.look()

        with supervisor:
            with steps.step("starting Kafka, the API and the Spark job"):
                supervisor.run_until(lambda: supervisor.is_ready("broker"))
                create_topics(run.settings.kafka)
                supervisor.run_until(lambda: supervisor.is_ready("api"))
            with (
                steps.step(f"{users} players make {events:,} events, some of them broken or sent twice"),
                program(run, "players", demo_steps.players(run, events, users)) as child,
            ):
                wait_for(child, run, "players", meanwhile)
            with steps.step("landing the events in tables, and accounting for each"), program(run, "verify", demo_steps.verify(run), run.verdict) as child:
                # 1 says that something is wrong; what, the summary tells.
                wait_for(child, run, "verify", meanwhile, fine=(0, 1))
            with program(run, "report", demo_steps.report(run)) as child:
                with steps.step("stopping Kafka, the API and the Spark job"):
                    supervisor.stop()
                with steps.step("asking the questions of sql/queries"):
                    answers = _ask(run.settings)
                with steps.step("making the report"):
                    wait_for(child, run, "report", memory.look)
    return Outcome(run, answers, time.monotonic() - began, memory.mb)


def _ask(settings: Settings) -> dict[str, pa.Table]:
    return {file.name: run_query(file.sql, settings) for file in query_files()}
