"""What every component of the local stack has in common: a command, and a sign that it is ready."""

import os
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self

from eddyline.errors import ComponentFailed
from eddyline.stack.process import Child, Command

POLL_S = 0.1
TABLES_NEED = ("postgres", "s3", "namenode", "datanode")
"""The components, where a stack has them, without which no table can be read."""


class Server(ABC):
    """A component that runs as a child process of its own."""

    name: str
    start_timeout_s = 60.0
    stop_patience_s = 10.0
    stop_signal = signal.SIGTERM
    needs: tuple[str, ...] = ()
    """Components that must answer before this one starts, where the stack has them."""
    overlay: Mapping[str, str] = MappingProxyType({})
    """Environment variables of the component's next start, over those of `environ`."""
    _child: Child | None = None

    @property
    @abstractmethod
    def log(self) -> Path:
        """The file that takes the component's output."""

    @abstractmethod
    def command(self) -> Command:
        """Return the command that runs the component, once it is prepared."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Tell whether the component answers."""

    def prepare(self) -> None:
        """Make what the component needs before its first start."""
        self.log.parent.mkdir(parents=True, exist_ok=True)

    def environ(self) -> Mapping[str, str]:
        """Return the environment of the component."""
        return os.environ

    def working_folder(self) -> Path | None:
        """Return the folder that the component runs in; None: ours."""
        return None

    def launch(self, output: int) -> Child:
        """Start the prepared component without waiting for it; its output goes to a file descriptor."""
        self._child = Child(self.command(), output, environ={**self.environ(), **self.overlay}, folder=self.working_folder())
        return self._child

    def start(self) -> Self:
        """Start the component and return when it answers.

        Raises ComponentFailed when it ends or does not answer in time.
        """
        self.prepare()
        with self.log.open("ab") as output:
            child = self.launch(output.fileno())
        try:
            self._wait_until_ready(child)
        except BaseException:
            child.kill()
            raise
        return self

    def stop(self) -> None:
        """Stop the component in order."""
        if self._child:
            self._child.stop(self.stop_patience_s, self.stop_signal)

    def kill(self) -> None:
        """Kill the component and all it started, as `kill -9` does."""
        if self._child:
            self._child.kill()

    @property
    def pid(self) -> int:
        """The id of the component's process."""
        assert self._child is not None, f"start the {self.name} first"
        return self._child.pid

    @property
    def exit_code(self) -> int | None:
        """How the component's process ended; None while it runs or before its first start."""
        return self._child.exit_code() if self._child else None

    def _wait_until_ready(self, child: Child) -> None:
        deadline = time.monotonic() + self.start_timeout_s
        while not self.is_ready():
            if child.wait(POLL_S) is not None:
                raise ComponentFailed(f"{self.name} ended with exit code {child.exit_code()} instead of starting; see {self.log}")
            if time.monotonic() > deadline:
                raise ComponentFailed(f"{self.name} did not answer within {self.start_timeout_s:g} s; see {self.log}")
