"""A full disk under a component's folder."""

import time
from pathlib import Path

from eddyline.prove.faults.strike import Strike
from eddyline.prove.schedule import Fault
from eddyline.prove.stage import SUFFERERS, Stage

SIGNS = (b"No space left on device", b"InternalError: a fault occurred in")
FELT_WITHIN_S = 60.0


def fill(stage: Stage, fault: Fault) -> Strike:
    """Fill a disk for a while, at least until the component that writes there has said so in its log."""
    disk, log = stage.disks[fault.target], stage.server(SUFFERERS[fault.target]).log
    seen_before = _size(log)
    began_at = time.time()
    try:
        full = disk.fill()
        felt = stage.is_met(lambda: _says_full(log, seen_before), FELT_WITHIN_S)
        stage.go_on(fault.for_s)
    finally:
        disk.free()
    return Strike(began_at, time.time(), full and felt, "ENOSPC, and the log says so" if full and felt else f"full: {full}, said so: {felt}")


def _size(log: Path) -> int:
    return log.stat().st_size if log.is_file() else 0


def _says_full(log: Path, after: int) -> bool:
    if not log.is_file():
        return False
    with log.open("rb") as file:
        file.seek(after if _size(log) >= after else 0)
        text = file.read()
    return any(sign in text for sign in SIGNS)
