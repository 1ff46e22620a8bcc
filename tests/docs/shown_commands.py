"""Tells whether the commands that a page shows exist, with the options it shows; nothing is run."""

import importlib
import importlib.util
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import typer

from eddyline.cli.app import COMMANDS
from eddyline.settings import PROJECT_ROOT

# Programs of others: what they are told is looked at by people.
FOREIGN = {"curl", "kcat", "source", "cp", "docker", "git"}
PASSES_ON = {("generate", "game"): "generators.game", ("generate", "ab"): "generators.event_generator"}
# What typer raises when words do not fit; it has no name of its own there.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]  # type: ignore[assignment]


class NoSuchCommandError(Exception):
    """A page shows what is not there."""


def problems(commands: Iterable[list[str]]) -> list[str]:
    """Say of each command that does not exist as shown what is wrong."""
    return [problem for words in commands for problem in _problem(words)]


def _problem(words: list[str]) -> Iterator[str]:
    program, *rest = words
    program = Path(program).name
    if program in FOREIGN or (rest and rest[-1] in {"…", "..."}):
        return
    try:
        CHECKS.get(program, _unknown)(rest)
    except (UsageError, NoSuchCommandError) as error:
        yield f"{' '.join(words)}: {getattr(error, 'message', error)}"


def _unknown(_: list[str]) -> None:
    raise NoSuchCommandError("no such program")


def _eddyline(words: list[str]) -> None:
    _need(words[0] in COMMANDS, "no such command")
    command = _command(*COMMANDS[words[0]].split(":"))
    rest = words[1:]
    if hasattr(command, "commands"):
        if not rest:
            return
        _need(rest[0] in command.commands, "no such command of the group")
        passed_on = PASSES_ON.get((words[0], rest[0]))
        command, rest = _command(passed_on, "main") if passed_on else command.commands[rest[0]], rest[1:]
    _fits(command, rest)


def _make(words: list[str]) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT_ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    _need({word for word in words if "=" not in word} <= targets, "no such target")


def _python(words: list[str]) -> None:
    if words[0] == "-m":
        _need(importlib.util.find_spec(words[1]) is not None, "no such module")
        return
    script = PROJECT_ROOT / words[0]
    _need(script.is_file(), "no such file")
    if words[1:]:
        module = words[0].removesuffix(".py").replace("/", ".")
        _fits(_command(module, "main" if module.startswith("generators") else script.stem), words[1:])


def _spark_submit(words: list[str]) -> None:
    script = next(place for place, word in enumerate(words) if word.endswith(".py"))
    _python(words[script:])


def _pytest(words: list[str]) -> None:
    _need(all((PROJECT_ROOT / word).exists() for word in words if "/" in word), "no such test")


CHECKS = {"eddyline": _eddyline, "make": _make, "python": _python, "spark-submit": _spark_submit, "pytest": _pytest}


def _need(is_there: bool, otherwise: str) -> None:
    if not is_there:
        raise NoSuchCommandError(otherwise)


def _command(module: str, attribute: str) -> Any:
    found = getattr(importlib.import_module(module), attribute)
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    app = typer.Typer(add_completion=False)
    app.command()(found)
    return typer.main.get_command(app)


def _fits(command: Any, words: list[str]) -> None:
    with command.make_context("shown", list(words)):
        pass
