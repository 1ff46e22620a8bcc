"""`eddyline rebuild`: what a process, Redis or a topic holds, made again from the tables."""

import os
import signal
import subprocess
import sys

import psutil
import typer

from eddyline import settings
from eddyline.settings import PROJECT_ROOT
from eddyline.stack import state

app = typer.Typer(help="Make again, from nothing but the tables, what is kept elsewhere.", no_args_is_help=True)
JOB = "streaming_jobs/project_player_state.py"
# What the job says when somebody else owns the table: eddyline/spark/ownership.py.
_WAITS = "waiting for the lease"


@app.callback()
def _group() -> None:
    """Keep the name of the only command."""


@app.command("player-state")
def player_state() -> None:
    """Fold every landed event again, write all states anew, and forget players without an event.

    A projection that runs in the local stack is stopped for it; the stack starts it again, and it goes on when the rebuild is done.
    """
    with subprocess.Popen([sys.executable, JOB, "--rebuild"], cwd=PROJECT_ROOT, stderr=subprocess.PIPE, text=True) as job:
        assert job.stderr is not None
        for line in job.stderr:
            sys.stderr.write(line)
            if _WAITS in line:
                _stop_projection()
    raise typer.Exit(job.returncode)


def _stop_projection() -> None:
    # The rebuild looks at the lease twice a second, and the projection that the stack starts again needs seconds before it can.
    running = state.running_on(settings.load().home)
    pid = running.components.get("players") if running else None
    if pid is None:
        typer.echo("a projection that this state folder's stack did not start owns the states: stop it, and the rebuild goes on", err=True)
    elif _runs_job(pid):
        typer.echo("the stack's projection is stopped until the states are rebuilt", err=True)
        os.kill(pid, signal.SIGTERM)


def _runs_job(pid: int) -> bool:
    try:
        return JOB in psutil.Process(pid).cmdline()
    except psutil.NoSuchProcess:
        return False
