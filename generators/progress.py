"""Shows how far a run is: a bar on a terminal, now and then a line elsewhere."""

import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

BAR_S, LINES_S = 0.2, 5.0


class RunProgress:
    """Reports, while its `with` block lasts, how many bodies of about `expected` were answered."""

    def __init__(self, expected: int, answered: Callable[[], int], *, quiet: bool) -> None:
        """Describe the run; a quiet one reports nothing."""
        self._expected = expected
        self._answered = answered
        self._quiet = quiet
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._bar if sys.stderr.isatty() else self._lines, daemon=True)

    def __enter__(self) -> Self:
        if not self._quiet:
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _bar(self) -> None:
        columns = (TextColumn("sending"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("sending", total=self._expected)
            while not self._ended.wait(BAR_S):
                progress.update(task, completed=self._answered())

    def _lines(self) -> None:
        while not self._ended.wait(LINES_S):
            sys.stderr.write(f"sent {self._answered():,} of about {self._expected:,}\n")
