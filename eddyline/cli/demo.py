"""`eddyline demo`: the whole pipeline once, and what became of every event."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from eddyline import settings as settings_module
from eddyline.cli import demo_steps
from eddyline.cli.demo_steps import POLL_S, Landed, MemoryPeak, Run, program, wait_for
from eddyline.cli.demo_summary import Answers, Outcome, print_summary
from eddyline.cli.steps import Steps
from eddyline.kafka.topics import create_topics
from eddyline.settings import Settings
from eddyline.spark.session import SHORT_LIVED
from eddyline.stack import ports, state
from eddyline.stack.fetch import prepare_spark
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
    interrupts, steps = Interrupts(), Steps(7)
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
        landing={"metrics_port": 0, "checkpoints": "", "trigger_interval_ms": 1000, "driver_java_options": SHORT_LIVED},
        trino={"port": 0},
    )


def _run(settings: Settings, events: int, users: int, steps: Steps, interrupts: Interrupts) -> Outcome:
    began = time.monotonic()
    with state.opened(settings.home, needed_bytes=NEEDED_BYTES):
        prepare_spark()
        stack = local_stack(settings)
        supervisor = Supervisor(stack.servers, say=steps.note, show=_keep_quiet, interrupts=interrupts, bounds=Bounds(deaths=3))
        demonstration = _Demonstration(Run(stack.settings), supervisor, steps)
        with supervisor:
            demonstration.start()
            demonstration.play(events, users)
            demonstration.account()
            answers = demonstration.read()
    return Outcome(demonstration.run, answers, time.monotonic() - began, demonstration.memory.mb)


@dataclass
class _Demonstration:
    run: Run
    supervisor: Supervisor
    steps: Steps
    memory: MemoryPeak = field(default_factory=MemoryPeak)

    def start(self) -> None:
        # The Spark job takes longest; it goes on starting while the players play.
        with self.steps.step("starting Kafka, the API and the Spark job"):
            self.supervisor.tick()
            import eddyline.cli.demo_reading  # noqa: F401, PLC0415 - it takes seconds, and the stack starts meanwhile

            self.supervisor.run_until(lambda: self.supervisor.is_ready("broker"))
            create_topics(self.run.settings.kafka)
            self.supervisor.run_until(lambda: self.supervisor.is_ready("api"))

    def play(self, events: int, users: int) -> None:
        what = f"{users} players make {events:,} events, some of them broken or sent twice"
        with self.steps.step(what), program(self.run, "players", demo_steps.players(self.run, events, users)) as child:
            wait_for(child, self.run, "players", self._watch)

    def account(self) -> None:
        with self.steps.step("landing the events in tables"):
            landed = Landed(self.run)
            while not landed.is_done():
                self._watch()
                time.sleep(POLL_S)
        with self.steps.step("accounting for each of them"):
            from eddyline.cli.demo_reading import account  # noqa: PLC0415 - as above

            account(self.run)

    def read(self) -> Answers:
        with program(self.run, "report", demo_steps.report(self.run)) as child:
            with self.steps.step("stopping Kafka, the API and the Spark job"):
                self.supervisor.stop()
            with self.steps.step("asking the questions of sql/queries"):
                from eddyline.cli.demo_reading import ask  # noqa: PLC0415 - as above

                answers = ask(self.run)
            with self.steps.step("making the report"):
                wait_for(child, self.run, "report", self.memory.look)
        return answers

    def _watch(self) -> None:
        self.supervisor.tick()
        self.memory.look()


def _keep_quiet(_component: str, _line: str) -> None:
    """Show nothing: the log files have it all, and the demo tells a shorter story."""
