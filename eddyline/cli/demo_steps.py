"""The demo's steps as programs of their own, and what they leave behind."""

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from eddyline.errors import ComponentFailed
from eddyline.game.truth import Truth, truth_from_json
from eddyline.settings import PROJECT_ROOT, Settings
from eddyline.stack.environment import environment_of
from eddyline.stack.process import Child
from eddyline.stack.services import api_url, metrics_url
from eddyline.stack.status import memory_mb, rows_landed

POLL_S = 0.1
# A first batch on a busy machine takes half a minute.
STANDSTILL_S = 150.0


@dataclass(frozen=True, slots=True)
class Run:
    """Where the demo keeps what it made: all of it is there until the next demo."""

    settings: Settings

    @property
    def truth(self) -> Path:
        """What the players made."""
        return self.settings.home / "run" / "truth.json"

    @property
    def verdict(self) -> Path:
        """What `eddyline verify` found."""
        return self.settings.home / "run" / "verify.json"

    @property
    def report(self) -> Path:
        """The page for the business."""
        return self.settings.home / "report" / "report.html"

    def read_truth(self) -> Truth:
        """Read what the players made."""
        return truth_from_json(self.truth.read_bytes())

    def read_verdict(self) -> dict[str, Any]:
        """Read what `eddyline verify` found."""
        found: dict[str, Any] = json.loads(self.verdict.read_text(encoding="utf-8"))
        return found


@contextlib.contextmanager
def program(run: Run, name: str, arguments: Sequence[str | Path], output: Path | None = None) -> Iterator[Child]:
    """Run a program of ours with the demo's settings; it is gone when the block ends."""
    log = run.settings.home / "logs" / f"{name}.log"
    with log.open("wb") as errors, (output or log).open("ab") as printed:
        printed.truncate(0)
        child = Child([sys.executable, *arguments], printed.fileno(), errors=errors.fileno(), environ=environment_of(run.settings), folder=PROJECT_ROOT)
    try:
        yield child
    finally:
        child.kill()


def players(run: Run, events: int, users: int) -> list[str | Path]:
    """Return the program that plays the game through the API, some bad bodies and resends among the events."""
    shares = ["--bad-share", "0.02", "--resend-share", "0.02"]
    return ["-m", "generators.game", "--events", str(events), "--users", str(users), *shares, "--url", api_url(run.settings), "--truth", run.truth]


def report(run: Run) -> list[str | Path]:
    """Return the program that makes the page for the business."""
    return ["-m", "eddyline", "report", "--output", run.report, "--truth", run.truth, "--verify", run.verdict]


def wait_for(child: Child, run: Run, name: str, meanwhile: Callable[[], None]) -> None:
    """Wait for a program, doing something meanwhile.

    Raises ComponentFailed with its last words when it fails.
    """
    while child.exit_code() is None:
        meanwhile()
        time.sleep(POLL_S)
    if child.exit_code():
        log = run.settings.home / "logs" / f"{name}.log"
        raise ComponentFailed(f"{name} failed: {last_words(log)} (see {log})")


def last_words(log: Path) -> str:
    """Return the last line of a log."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["it printed nothing"]
    return lines[-1].removeprefix("error: ")


class Landed:
    """Tells whether the landing job has dealt with every record, by its metrics: cheaper than to ask the tables again and again."""

    def __init__(self, run: Run) -> None:
        self._url, self._wanted = metrics_url(run.settings), run.read_truth().sent
        self._rows: int | None = None
        self._changed_at = time.monotonic()

    def is_done(self) -> bool:
        """Tell whether it has, or has done nothing for so long that only the tables can tell."""
        rows = rows_landed(self._url)
        if rows != self._rows:
            self._rows, self._changed_at = rows, time.monotonic()
        return (rows or 0) >= self._wanted or time.monotonic() - self._changed_at > STANDSTILL_S


class MemoryPeak:
    """Remembers the most memory that this process and all its children used together."""

    def __init__(self) -> None:
        self.mb = 0.0
        self._looked_at = 0.0

    def look(self) -> None:
        """Look, at most twice a second."""
        if time.monotonic() - self._looked_at < 0.5:
            return
        self._looked_at = time.monotonic()
        me = psutil.Process()
        sessions = {child.pid for child in me.children()}
        self.mb = max(self.mb, me.memory_info().rss / 1e6 + sum(memory_mb(pid) for pid in sessions))
