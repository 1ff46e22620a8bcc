"""Shows the steps of something long: a spinner with a clock on a terminal, a line a step elsewhere."""

import contextlib
import time
from collections.abc import Iterator

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text


class Steps:
    """Numbers the steps and says how long each took."""

    def __init__(self, count: int) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._count, self._number = count, 0

    @contextlib.contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Show a step while the block runs."""
        self._number += 1
        title, began = f"[{self._number}/{self._count}] {what}", time.monotonic()
        with self._spinner(title):
            yield
        self._print(f"{title}: done in {time.monotonic() - began:.1f} s")

    def note(self, line: str) -> None:
        """Show a line beneath the step."""
        self._print(f"      {line}")

    @contextlib.contextmanager
    def _spinner(self, title: str) -> Iterator[None]:
        if not self._console.is_terminal:
            self._print(f"{title} ...")
            yield
            return
        with Progress(SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn(), console=self._console, transient=True) as progress:
            progress.add_task(title, total=None)
            yield

    def _print(self, line: str) -> None:
        self._console.print(Text(line))
