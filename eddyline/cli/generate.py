"""`eddyline generate`: hands over to the generators, which are programs of their own."""

import os
import sys
from collections.abc import Mapping, Sequence

import typer

from eddyline.settings import PROJECT_ROOT

# Every word after the command is the generator's own, `--help` included.
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}

app = typer.Typer(help="Send made-up events through the pipeline.", no_args_is_help=True)


@app.command(context_settings=PASSED_ON)
def game(context: typer.Context) -> None:
    """Play the game: sessions, purchases, guilds and levels, with broken bodies and resends (--help says more)."""
    _become("generators.game", context.args)


@app.command(context_settings=PASSED_ON)
def ab(context: typer.Context) -> None:
    """Run Apache Bench against the classroom's routes (--help says more)."""
    _become("generators.event_generator", context.args)


def command_of(module: str, arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Return the command line and the environment that run a generator from any folder."""
    path = os.pathsep.join(filter(None, (str(PROJECT_ROOT), environment.get("PYTHONPATH"))))
    return [sys.executable, "-m", module, *arguments], {**environment, "PYTHONPATH": path}


def _become(module: str, arguments: Sequence[str]) -> None:
    command, environment = command_of(module, arguments, os.environ)
    # Replaced, not started: the user's Ctrl-C and the exit code are the generator's own.
    os.execve(command[0], command, environment)  # noqa: S606 - no shell is wanted
