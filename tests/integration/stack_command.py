"""The `eddyline` command on a state folder of its own, and everything that runs on that folder."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from eddyline.settings import PROJECT_ROOT
from eddyline.spark.session import SHORT_LIVED

STOPPED = {130, -signal.SIGINT}
"""How a command that was asked by Ctrl-C ends, to a shell both 130: Python ends itself by the signal when it came while a class was being made."""
UP = ("up", "--port", "0", "--kafka-port", "0", "--trino-port", "0")


class Command:
    """Runs the command as a user would."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = PROJECT_ROOT
        """Where the command is run: settings are read from, and restored to, a file there."""
        self.environ = {**os.environ, "EDDYLINE_HOME": str(home), "EDDYLINE_LANDING__METRICS_PORT": "0", "COLUMNS": "200"}
        self.environ["EDDYLINE_LANDING__DRIVER_JAVA_OPTIONS"] = SHORT_LIVED

    def run(self, *arguments: str, timeout_s: float = 300.0, **environ: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "eddyline", *arguments]
        return subprocess.run(command, env=self.environ | environ, cwd=self.folder, capture_output=True, text=True, timeout=timeout_s, check=False)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "eddyline", *arguments]
        return subprocess.Popen(command, env=self.environ, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def status(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.run("status", "--json").stdout)
        return answer

    def processes(self) -> list[str]:
        """Name everything that runs on the state folder, our own process apart."""
        return [" ".join(process.cmdline())[:200] for process in psutil.process_iter() if process.pid != os.getpid() and self._uses(process)]

    def _uses(self, process: psutil.Process) -> bool:
        try:
            return process.status() != psutil.STATUS_ZOMBIE and process.environ().get("EDDYLINE_HOME", "").startswith(str(self.home))
        except psutil.Error:
            return False


def eventually(condition: Callable[[], bool], patience_s: float = 120.0) -> None:
    """Wait until the condition holds."""
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)
