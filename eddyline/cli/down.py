"""`eddyline down`: stop the stack that runs on the state folder."""

import os
import signal
import time

import psutil
import typer

from eddyline import settings
from eddyline.errors import ComponentFailed
from eddyline.stack import state

PATIENCE_S = 90.0


def down() -> None:
    """Stop the stack that runs on the state folder, and return when it is gone."""
    home = settings.load().home
    running = state.running_on(home)
    if running is None:
        typer.echo(f"nothing runs on {home}")
        return
    os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_S
    while _is_there(running.pid):
        if time.monotonic() > deadline:
            raise ComponentFailed(f"process {running.pid} still runs after {PATIENCE_S:g} s; end it with `kill -9 {running.pid}`, its components end with it")
        time.sleep(0.1)
    typer.echo("everything is stopped")


def _is_there(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
