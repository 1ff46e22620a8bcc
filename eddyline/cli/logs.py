"""`eddyline logs`: what the components printed."""

import time
from collections import deque
from pathlib import Path
from typing import Annotated

import typer

from eddyline import settings
from eddyline.cli.terminal import Screen
from eddyline.errors import SetupError


def logs(
    component: Annotated[str | None, typer.Argument(help="Only this one: api, landing, broker or trino.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes, until Ctrl-C.")] = False,  # noqa: FBT002 - a flag
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="How many of the last lines of each.")] = 50,
) -> None:
    """Show what the components printed last."""
    files = _files(settings.load().home / "logs", component)
    screen = Screen()
    for file in files:
        for line in _last(file, lines):
            screen.show(file.stem, line)
    if follow:
        _follow(files, screen)


def _files(folder: Path, component: str | None) -> list[Path]:
    found = sorted(path for path in folder.glob("*.log") if not path.stem.endswith(".1"))
    chosen = [path for path in found if component in {None, path.stem}]
    if not chosen:
        there = ", ".join(path.stem for path in found) or "none: start the stack with `eddyline up`"
        raise SetupError(f"there is no log{f' of {component}' if component else ''} in {folder}; there is {there}")
    return chosen


def _last(file: Path, count: int) -> list[str]:
    with file.open(encoding="utf-8", errors="replace") as text:
        return [line.rstrip("\n") for line in deque(text, maxlen=count)]


def _follow(files: list[Path], screen: Screen) -> None:
    positions = {file: file.stat().st_size for file in files}
    while True:
        for file, position in positions.items():
            positions[file] = _show_new(file, position, screen)
        time.sleep(0.2)


def _show_new(file: Path, position: int, screen: Screen) -> int:
    size = file.stat().st_size
    with file.open("rb") as text:
        # A file that shrank was begun anew.
        text.seek(position if position <= size else 0)
        for line in text.read().decode(errors="replace").splitlines():
            screen.show(file.stem, line)
        return text.tell()
