"""Faults of processes: killed, killed at a named point of our own code, stopped and continued, restarted, kept away."""

import os
import signal
import time
from collections.abc import Sequence

import psutil

from eddyline.prove.family import family
from eddyline.prove.faults.strike import Strike
from eddyline.prove.schedule import Fault
from eddyline.prove.stage import Stage

CRASH_AT = "EDDYLINE_CRASH_AT"
# A driver on a busy machine takes its time to start, and to reach the point.
CRASH_WITHIN_S = 240.0
GONE_WITHIN_S = 10.0
STOPPED = {psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP}
CLEAN_ENDS = {0, -signal.SIGTERM, 128 + signal.SIGTERM}


def kill(stage: Stage, fault: Fault) -> Strike:
    """Kill one of a component's processes, its first or one that it started; then let its next starts end at crash points."""
    member = stage.member(fault.target)
    victim = _victim(member.server.pid, fault.pick)
    what = f"{victim.name()} {victim.pid}"
    began_at = time.time()
    _arm(stage, fault.target, fault.crash_points[0] if fault.crash_points else "")
    os.kill(victim.pid, signal.SIGKILL)
    gone = stage.is_met(lambda: _is_gone(victim), GONE_WITHIN_S)
    crashed = [_crash(stage, fault, index) for index in range(len(fault.crash_points))]
    seen = ", ".join([f"{what} gone" if gone else f"{what} is still there", *crashed])
    return Strike(began_at, time.time() if fault.crash_points else began_at, gone and all(" died at " in each for each in crashed), seen)


def pause(stage: Stage, fault: Fault) -> Strike:
    """Stop every process of a component for a while, as a machine that hangs."""
    processes = family(stage.server(fault.target).pid)
    began_at = time.time()
    for process in processes:
        _signal(process, signal.SIGSTOP)
    try:
        stopped = stage.is_met(lambda: _are_stopped(processes), GONE_WITHIN_S)
        stage.go_on(fault.for_s)
    finally:
        for process in processes:
            _signal(process, signal.SIGCONT)
    return Strike(began_at, time.time(), stopped, f"{len(processes)} processes in state T" if stopped else "not stopped")


def restart(stage: Stage, fault: Fault) -> Strike:
    """Stop a component as an operator does; the supervisor starts it again."""
    server = stage.server(fault.target)
    began_at = time.time()
    server.stop()
    code = server.exit_code
    return Strike(began_at, began_at, code in CLEAN_ENDS, f"ended with exit code {code}")


def keep_away(stage: Stage, fault: Fault) -> Strike:
    """Kill a component and start it again only after a while."""
    member = stage.member(fault.target)
    began_at = time.time()
    os.kill(member.server.pid, signal.SIGKILL)
    gone = stage.is_met(lambda: member.child is None, GONE_WITHIN_S)
    member.start_at = time.monotonic() + fault.for_s
    stage.go_on(fault.for_s)
    return Strike(began_at, time.time(), gone, f"away for {fault.for_s:g} s" if gone else "still there")


def _victim(session: int, pick: float) -> psutil.Process:
    """Choose among the processes that matter: the session's first, and those that it started itself."""
    first = psutil.Process(session)
    candidates = [first, *(child for child in sorted(first.children(), key=lambda process: process.pid) if _matters(child))]
    return candidates[int(pick * len(candidates))]


def _matters(child: psutil.Process) -> bool:
    # multiprocessing's own clean-up process does nothing for us: to kill it is no fault.
    return not any("multiprocessing.resource_tracker" in word for word in child.cmdline())


def _crash(stage: Stage, fault: Fault, index: int) -> str:
    """Wait until the component, armed before its start, has died at its crash point; arm the next start."""
    point = fault.crash_points[index]
    server = stage.server(fault.target)
    before = server.pid
    stage.is_met(lambda: server.pid != before and server.exit_code is None, CRASH_WITHIN_S)
    died = stage.is_met(lambda: server.exit_code is not None, CRASH_WITHIN_S) and server.exit_code == -signal.SIGKILL
    _arm(stage, fault.target, fault.crash_points[index + 1] if index + 1 < len(fault.crash_points) else "")
    return f"a start died at {point}" if died else f"no start ended at {point} (exit code {server.exit_code})"


def _arm(stage: Stage, name: str, point: str) -> None:
    server = stage.server(name)
    server.overlay = {**server.overlay, CRASH_AT: point}


def _are_stopped(processes: Sequence[psutil.Process]) -> bool:
    """Tell whether nothing of these runs; one that has ended stays a zombie while its parent is stopped."""
    states = {_status(process) for process in processes}
    return bool(states & STOPPED) and states <= {*STOPPED, psutil.STATUS_ZOMBIE}


def _is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or _status(process) == psutil.STATUS_ZOMBIE


def _status(process: psutil.Process) -> str:
    try:
        return str(process.status())
    except psutil.NoSuchProcess:
        return psutil.STATUS_ZOMBIE


def _signal(process: psutil.Process, number: int) -> None:
    try:
        os.kill(process.pid, number)
    except ProcessLookupError:
        return
