"""Named crash points: with EDDYLINE_CRASH_AT=name a job is killed there, as by `kill -9`, to prove that nothing doubles."""

import os
import signal
from collections.abc import Callable
from typing import Literal, get_args

LandingPoint = Literal["batch-begun", "after-decode", "after-quarantine-append", "after-accepted-append"]
ProjectionPoint = Literal["after-topic-write", "after-stores-write", "after-state-merge"]
ErasurePoint = Literal["erase-landed", "erase-rows-deleted", "erase-topics-shortened", "erase-states-forgotten", "erase-files-removed"]
CrashPoint = LandingPoint | ProjectionPoint | ErasurePoint
CRASH_POINTS: tuple[LandingPoint, ...] = get_args(LandingPoint)
PROJECTION_CRASH_POINTS: tuple[ProjectionPoint, ...] = get_args(ProjectionPoint)
ERASURE_CRASH_POINTS: tuple[ErasurePoint, ...] = get_args(ErasurePoint)

Crash = Callable[[CrashPoint], None]


def crash_at(name: str, driver_pid: int) -> Crash:
    """Make the function that a sink calls at each point; it kills the driver's JVM and this process at the named one."""

    def crash(point: CrashPoint) -> None:
        if point == name:
            os.kill(driver_pid, signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)

    return crash
