"""`eddyline up`: the stack on this machine, in the foreground by default."""

import os
import subprocess
import sys
import time
from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from eddyline import settings as settings_module
from eddyline.cli.terminal import Screen
from eddyline.errors import ComponentFailed
from eddyline.settings import Settings
from eddyline.stack import state, stores, trino_install
from eddyline.stack.fetch import prepare_spark, shown
from eddyline.stack.interrupts import Interrupted, Interrupts
from eddyline.stack.local_stack import Extra, LocalStack, local_stack, with_given_ports
from eddyline.stack.supervise import Supervisor


class Part(StrEnum):
    """What `--without` leaves out."""

    LANDING = "landing"


def up(
    *,
    with_: Annotated[list[Extra] | None, typer.Option("--with", help="Also start this.")] = None,
    without: Annotated[list[Part] | None, typer.Option(help="Leave this out: land by spark-submit, or now and then.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="The API's port; 0 takes a free one.")] = None,
    kafka_port: Annotated[int | None, typer.Option(min=0, max=65535, help="The broker's port; 0 takes a free one.")] = None,
    trino_port: Annotated[int | None, typer.Option(min=0, max=65535, help="Trino's port; 0 takes a free one.")] = None,
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Return when everything is ready; `eddyline down` stops it.")] = False,
) -> None:
    """Start broker, API and landing job, and keep them running until Ctrl-C."""
    settings = with_given_ports(settings_module.load(), api=port, kafka=kafka_port, trino=trino_port)
    extras, with_landing = with_ or [], Part.LANDING not in (without or [])
    if detach:
        given = {"--port": port, "--kafka-port": kafka_port, "--trino-port": trino_port}
        options = [f"{name}={value}" for name, value in given.items() if value is not None]
        _start_detached(settings, [*options, *(f"--with={extra}" for extra in extras), *([] if with_landing else ["--without=landing"])])
    else:
        _run(settings, extras, with_landing=with_landing)


def _run(settings: Settings, extras: Collection[Extra], *, with_landing: bool) -> None:
    interrupts, screen = Interrupts(), Screen()
    try:
        with interrupts.handled(), state.opened(settings.home):
            _download(screen, settings.home, extras)
            stack = local_stack(settings, extras, with_landing=with_landing)
            with Supervisor(stack.servers, say=screen.say, show=screen.show, interrupts=interrupts) as supervisor:
                _tell(stack, supervisor, ready=False)
                supervisor.start()
                _announce(stack, screen)
                _keep(stack, supervisor)
    except Interrupted as interrupted:
        screen.say("everything is stopped")
        raise typer.Exit(interrupted.exit_code) from interrupted


def _download(screen: Screen, home: Path, extras: Collection[Extra]) -> None:
    prepare_spark(screen.console)
    if Extra.TRINO in extras:
        with shown("downloading Trino", screen.console) as on_progress:
            trino_install.install(on_progress)
    with shown("downloading stores", screen.console) as on_progress:
        stores.fetch(home, extras, on_progress)


def _announce(stack: LocalStack, screen: Screen) -> None:
    for name, address in stack.addresses().items():
        screen.say(f"{name}: {address}")
    screen.say("everything is ready; Ctrl-C stops it")


def _keep(stack: LocalStack, supervisor: Supervisor) -> None:
    told: dict[str, int] = {}
    while True:
        if supervisor.pids() != told:
            told = supervisor.pids()
            _tell(stack, supervisor, ready=True)
        time.sleep(0.2)
        supervisor.tick()


def _tell(stack: LocalStack, supervisor: Supervisor, *, ready: bool) -> None:
    state.tell(stack.settings.home, state.RunningStack(os.getpid(), supervisor.pids(), stack.addresses(), ready, stack.ports()))


def _start_detached(settings: Settings, options: list[str]) -> None:
    state.check_version(settings.home)
    log = settings.home / "logs" / "stack.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "eddyline", "up", *options]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
    _wait_until_ready(process, settings.home, log)


def _wait_until_ready(process: "subprocess.Popen[bytes]", home: Path, log: Path) -> None:
    while not ((running := state.running_on(home)) and running.ready and running.pid == process.pid):
        if process.poll() is not None:
            lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["no reason given"]
            raise ComponentFailed(f"the stack did not start: {lines[-1].removeprefix('eddyline: ')} (see {log})")
        time.sleep(0.1)
    for name, address in running.addresses.items():
        typer.echo(f"{name}: {address}")
    typer.echo("everything runs in the background; `eddyline down` stops it")
