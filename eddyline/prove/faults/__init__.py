"""The faults: each strikes a running stack, ends its cause, and shows by what it saw that it happened."""

from collections.abc import Callable

from eddyline.prove.faults import connections, disk, processes
from eddyline.prove.faults.strike import Strike
from eddyline.prove.schedule import CONNECTION_FAULTS, Fault, Kind
from eddyline.prove.stage import Stage

STRIKES: dict[Kind, Callable[[Stage, Fault], Strike]] = {
    Kind.KILL: processes.kill,
    Kind.PAUSE: processes.pause,
    Kind.RESTART: processes.restart,
    Kind.AWAY: processes.keep_away,
    Kind.DISK_FULL: disk.fill,
    **dict.fromkeys(CONNECTION_FAULTS, connections.disturb),
}


def strike(stage: Stage, fault: Fault) -> Strike:
    """Let a fault happen, and return when its cause is gone; the stack may still be recovering."""
    return STRIKES[fault.kind](stage, fault)


__all__ = ["Strike", "strike"]
