"""What components print: kept in a file each, and shown with the component's name in front."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

# Two files of this size a component: a stack that runs for weeks does not fill the disk with logs.
LARGEST_BYTES = 20_000_000

Show = Callable[[str, str], None]


class Output:
    """Takes the output of one component by a pipe, line by line."""

    def __init__(self, name: str, log: Path, show: Show) -> None:
        """Open the pipe; `writing` is the end to hand to the child."""
        log.parent.mkdir(parents=True, exist_ok=True)
        reading, self.writing = os.pipe()
        self._name, self._log, self._show = name, log, show
        self._thread = threading.Thread(target=self._pump, args=(reading,), name=f"output of {name}", daemon=True)
        self._thread.start()

    def hand_over(self) -> None:
        """Close our writing end once the child has its own, so that the end of its output is seen."""
        os.close(self.writing)

    def join(self, timeout_s: float) -> None:
        """Wait until everything that was printed is kept and shown."""
        self._thread.join(timeout_s)

    def _pump(self, reading: int) -> None:
        with os.fdopen(reading, "rb") as lines:
            for line in lines:
                self._keep(line)
                self._show(self._name, line.decode(errors="replace").rstrip("\n"))

    def _keep(self, line: bytes) -> None:
        # A full disk must not stop the reading: the child would hang on a full pipe.
        try:
            if self._log.is_file() and self._log.stat().st_size > LARGEST_BYTES:
                self._log.replace(self._log.with_suffix(".1.log"))
            with self._log.open("ab") as file:
                file.write(line)
        except OSError:
            return
