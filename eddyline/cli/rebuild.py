"""`eddyline rebuild`: what a process, Redis or a topic holds, made again from the tables."""

import subprocess
import sys

import typer

from eddyline.settings import PROJECT_ROOT

app = typer.Typer(help="Make again, from nothing but the tables, what is kept elsewhere.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep the name of the only command."""


@app.command("player-state")
def player_state() -> None:
    """Fold every landed event again, write all states anew, and forget players without an event; stop the projection first."""
    command = [sys.executable, "streaming_jobs/project_player_state.py", "--rebuild"]
    raise typer.Exit(subprocess.run(command, cwd=PROJECT_ROOT, check=False).returncode)
