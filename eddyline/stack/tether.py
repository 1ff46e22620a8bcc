"""Ends our children when we die without a chance to do it, as by `kill -9`.

A small watcher process holds the reading end of a pipe. We tell it the session of each child; when we die, for
whatever reason, the pipe closes and the watcher ends the sessions that are left. (The kernel's parent-death signal
is Linux only, and fires when the *thread* that started a child ends.)
"""

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

POLL_S = 0.05
PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Watcher:
    """The watcher of one process, and the pipe to it."""

    process: subprocess.Popen[bytes]
    pipe: int


# The child tells its session itself before it becomes the command: between its start and a word of ours we could die.
TETHERED = ("/bin/sh", "-c", 'echo "+$$" >&0 && exec "$@" </dev/null', "sh")

_lock = threading.Lock()
_watchers: dict[int, Watcher] = {}


def pipe() -> int:
    """Return what a command that begins with `TETHERED` must have as its standard input."""
    with _lock:
        watcher = _watchers.get(os.getpid())
        if watcher is None or watcher.process.poll() is not None:
            watcher = _watchers[os.getpid()] = _start_watcher()
            atexit.register(_let_go, os.getpid(), watcher)
        return watcher.pipe


def release(session: int) -> None:
    """Forget a session that has ended."""
    with contextlib.suppress(BrokenPipeError):
        os.write(pipe(), f"-{session}\n".encode())


def members(session: int) -> "list[psutil.Process]":
    """Return the living processes of a session; Spark's workers leave their group but not their session."""
    import psutil  # noqa: PLC0415  a watcher that only waits costs 8 MB without it, 20 MB with it

    def is_alive_here(process: psutil.Process) -> bool:
        try:
            return os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE
        except (ProcessLookupError, PermissionError, psutil.NoSuchProcess):
            return False

    return [process for process in psutil.process_iter() if is_alive_here(process)]


def end(session: int) -> None:
    """Kill every process of a session and return when none is left."""
    deadline = time.monotonic() + PATIENCE_S
    while (left := members(session)) and time.monotonic() < deadline:
        for process in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        time.sleep(POLL_S)


def _start_watcher() -> Watcher:
    reading, writing = os.pipe()
    try:
        command = [sys.executable, "-I", __file__]
        return Watcher(subprocess.Popen(command, stdin=reading, stdout=subprocess.DEVNULL, start_new_session=True), writing)
    finally:
        os.close(reading)


def _let_go(owner: int, watcher: Watcher) -> None:
    # A fork runs our exit handlers, too, but the watcher is its parent's.
    if owner == os.getpid():
        os.close(watcher.pipe)
        watcher.process.wait()


def _watch() -> None:
    held: set[int] = set()
    for line in sys.stdin:
        (held.add if line[0] == "+" else held.discard)(int(line[1:]))
    for session in held:
        end(session)


if __name__ == "__main__":
    _watch()
