"""Child processes that end: each leads a session of its own, and the whole session is gone when `stop` returns."""

import contextlib
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from eddyline.stack import tether

Command = Sequence[str | Path]


class Child:
    """A running child process with everything it started; it ends when this process dies, too (see `tether`)."""

    def __init__(
        self, command: Command, output: int, *, errors: int = subprocess.STDOUT, environ: Mapping[str, str] | None = None, folder: Path | None = None
    ) -> None:
        """Start the command; its output goes to a file descriptor, its errors to another or with it."""
        whole = [*tether.TETHERED, *(str(part) for part in command)]
        self._process = subprocess.Popen(whole, stdin=tether.pipe(), stdout=output, stderr=errors, env=environ, cwd=folder, start_new_session=True)

    @property
    def pid(self) -> int:
        """The id of the process and of its session."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """Return how the process ended; None while it runs."""
        return self._process.poll()

    def wait(self, timeout_s: float) -> int | None:
        """Wait until the process ends and return how; None when it still runs after the time."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout_s)
        return self.exit_code()

    def stop(self, patience_s: float = 10.0, asking: signal.Signals = signal.SIGTERM) -> None:
        """Ask the process to end, and then end its session for certain."""
        if self.exit_code() is None:
            self._process.send_signal(asking)
            self.wait(patience_s)
        self.kill()

    def kill(self) -> None:
        """End the whole session at once; nothing of it is left on return."""
        tether.end(self.pid)
        self.wait(1.0)
        tether.release(self.pid)
