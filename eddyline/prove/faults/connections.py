"""Faults of connections, by the proxy between two parts."""

import time

from eddyline.prove.faults.strike import Strike
from eddyline.prove.proxy import Mode, Proxy
from eddyline.prove.schedule import Fault, Kind
from eddyline.prove.stage import Stage

MODES = {Kind.RESET: Mode.RESET, Kind.STALL: Mode.STALL, Kind.HALF_OPEN: Mode.HALF_OPEN, Kind.SLOW: Mode.SLOW, Kind.CUT: Mode.CUT}
AFFECTED_WITHIN_S = 60.0


def disturb(stage: Stage, fault: Fault) -> Strike:
    """Disturb the connections of a link for a while, at least until one was affected."""
    proxy = stage.links[fault.target]
    began_at = time.time()
    proxy.strike(MODES[fault.kind])
    try:
        stage.go_on(fault.for_s)
        stage.is_met(lambda: _affects(proxy, MODES[fault.kind]), AFFECTED_WITHIN_S)
    finally:
        proxy.strike(Mode.OPEN)
    return Strike(began_at, time.time(), proxy.affected > 0, f"{proxy.affected} connections or pieces affected")


def _affects(proxy: Proxy, mode: Mode) -> bool:
    """Tell whether a connection was affected; while there is none, strike again, since some faults meet only those that are there."""
    if not proxy.affected:
        proxy.strike(mode)
    return proxy.affected > 0
