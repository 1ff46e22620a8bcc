"""Which commands there are, and what happens to their errors."""

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer

from eddyline import log
from eddyline.errors import EddylineError

# Name to module and attribute: a function becomes a command, a Typer a group of commands.
COMMANDS = {
    "demo": "eddyline.cli.demo:demo",
    "up": "eddyline.cli.up:up",
    "down": "eddyline.cli.down:down",
    "status": "eddyline.cli.status:status",
    "logs": "eddyline.cli.logs:logs",
    "reset": "eddyline.cli.reset:reset",
    "doctor": "eddyline.cli.doctor:doctor",
    "generate": "eddyline.cli.generate:app",
    "sql": "eddyline.cli.sql:sql",
    "report": "eddyline.cli.report:report",
    "verify": "eddyline.cli.verify:verify",
    "prove": "eddyline.cli.prove:prove",
    "quarantine": "eddyline.cli.quarantine:app",
    "topics": "eddyline.cli.topics:app",
    "tables": "eddyline.cli.tables:app",
    "rebuild": "eddyline.cli.rebuild:app",
    "backup": "eddyline.cli.backup:backup",
    "restore": "eddyline.cli.backup:restore",
    "erase": "eddyline.cli.erase:erase",
    "retain": "eddyline.cli.retain:retain",
    "keys": "eddyline.cli.keys:app",
    "football": "eddyline.cli.football:app",
    "config": "eddyline.cli.config:app",
}


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; an error of ours is one line."""
    # Only the module of the command that runs is imported: all of them take seconds.
    names = [arguments[0]] if arguments and arguments[0] in COMMANDS else list(COMMANDS)
    log.configure("eddyline")
    try:
        return int(_app(names)(list(arguments), prog_name="eddyline", standalone_mode=True) or 0)
    except EddylineError as error:
        sys.stderr.write(f"eddyline: {error}\n")
        return 1
    except OSError as error:
        if "EDDYLINE_DEBUG" in os.environ:
            raise
        sys.stderr.write(f"eddyline: {error.strerror or error}{f' ({error.filename})' if error.filename else ''}\n")
        return 1


def _app(names: Sequence[str]) -> typer.Typer:
    app = typer.Typer(
        name="eddyline",
        help="Real-time analytics in which every event is accounted for.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for name in names:
        command = _load(COMMANDS[name])
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    # With a single command Typer would drop the command's name.
    app.callback()(lambda: None)
    return app


def _load(where: str) -> Any:
    module, attribute = where.split(":")
    return getattr(importlib.import_module(module), attribute)
