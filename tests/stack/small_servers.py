"""Small components for tests of supervision: each is a real process that has a real child, in a group of its own."""

import sys
from pathlib import Path

from eddyline.stack.process import Command
from eddyline.stack.server import Server

# As Spark does it: the child leaves its parent's group, not its session.
PROGRAM = """
import os, pathlib, signal, subprocess, sys, time
ready, stopped, mark, seconds = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3], float(sys.argv[4])
subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', mark], process_group=0)
def stop(*_):
    with stopped.open('a') as file:
        file.write(ready.name + chr(10))
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print('started', mark, flush=True)
ready.write_text(str(os.getpid()))
time.sleep(seconds)
sys.exit(3)
"""


class SmallServer(Server):
    """Ready when it wrote its file; ends by itself with exit code 3 after some seconds."""

    def __init__(self, name: str, folder: Path, mark: str, lives_s: float = 600.0) -> None:
        self.name = name
        self._folder, self._mark, self.lives_s = folder, mark, lives_s

    @property
    def ready_file(self) -> Path:
        return self._folder / self.name

    @property
    def log(self) -> Path:
        return self._folder / "logs" / f"{self.name}.log"

    def prepare(self) -> None:
        super().prepare()
        self.ready_file.unlink(missing_ok=True)

    def command(self) -> Command:
        return [sys.executable, "-c", PROGRAM, self.ready_file, self._folder / "stopped", self._mark, str(self.lives_s)]

    def is_ready(self) -> bool:
        return self.ready_file.is_file()
