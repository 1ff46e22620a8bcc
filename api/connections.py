"""This process' connections as the kernel sees them: whom an answer has been owed for long.

WSGI shows neither a request's socket nor a way to stop reading a body, so a slow one would hold its thread for as long as its client
likes. The kernel knows the sockets; ending one side of it ends the read. Linux only (TCP_INFO); elsewhere nothing is found.
"""

import os
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

FOLDER = "/proc/self/fd"
# In Linux' struct tcp_info (since 4.1): milliseconds since we sent and since we received something, bytes that were acknowledged to us.
_INFO = struct.Struct("=44xI4xI64xQ")
_MAPPED = "::ffff:"


@dataclass(frozen=True, slots=True)
class Debt:
    """A connection whose client has sent something since our last answer reached it."""

    peer: str
    since: float
    inode: str
    descriptor: int

    def end_reading(self) -> bool:
        """Let the server see the end of what the client sends; say whether the connection was still there."""
        if _inode(self.descriptor) != self.inode:
            return False
        try:
            with socket.socket(fileno=os.dup(self.descriptor)) as connection:
                connection.shutdown(socket.SHUT_RD)
        except OSError:
            return False
        return True


class Debts:
    """Remembers between looks since when each connection has been owed an answer."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[int, float]] = {}

    def forget(self) -> None:
        """Start over: nobody is waiting."""
        self._known.clear()

    def look(self) -> list[Debt]:
        """List the debts, the oldest first; one that is seen for the first time counts from when its client last sent something."""
        now, known, debts = self._clock(), self._known, []
        self._known = {}
        for inode, descriptor, peer, acknowledged, received_s in _accepted():
            before, since = known.get(inode, (None, 0.0))
            since = since if before == acknowledged else now - received_s
            self._known[inode] = (acknowledged, since)
            debts.append(Debt(peer, since, inode, descriptor))
        return sorted(debts, key=lambda debt: debt.since)


def _accepted() -> Iterator[tuple[str, int, str, int, float]]:
    ours = [(inode, descriptor) for descriptor in _descriptors() if (inode := _inode(descriptor)).startswith("socket:")]
    ports = {port for _, descriptor in ours if (port := _listening_port(descriptor))}
    for inode, descriptor in ours:
        facts = _facts(descriptor, ports)
        if facts:
            yield (inode, descriptor, *facts)


def _descriptors() -> list[int]:
    try:
        return [int(name) for name in os.listdir(FOLDER)]  # noqa: PTH208 - names are all that is needed, a thousand of them
    except OSError:
        return []


def _inode(descriptor: int) -> str:
    try:
        return os.readlink(f"{FOLDER}/{descriptor}")  # noqa: PTH115
    except OSError:
        return ""


def _listening_port(descriptor: int) -> int | None:
    try:
        with socket.socket(fileno=os.dup(descriptor)) as there:
            is_tcp = there.family in {socket.AF_INET, socket.AF_INET6}
            return int(there.getsockname()[1]) if is_tcp and there.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) else None
    except OSError:
        return None


def _facts(descriptor: int, ports: set[int]) -> tuple[str, int, float] | None:
    try:
        with closing(socket.socket(fileno=os.dup(descriptor))) as there:
            if there.family not in {socket.AF_INET, socket.AF_INET6} or there.getsockname()[1] not in ports:
                return None
            peer = str(there.getpeername()[0])
            sent_ms, received_ms, acknowledged = _INFO.unpack_from(there.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256))
            return (peer.removeprefix(_MAPPED), acknowledged, received_ms / 1000) if received_ms <= sent_ms else None
    except (OSError, AttributeError, struct.error):
        return None
