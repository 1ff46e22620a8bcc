"""TCP ports of this machine."""

import random
import socket
from collections.abc import Iterable
from typing import Any

import psutil

# Below the range that the kernel gives to outgoing connections, so that a port stays ours between two starts of a server.
FREE_RANGE = range(20_000, 32_000)
LOOPBACK = "127.0.0.1"


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Tell whether a server could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Return a port on which nothing listens."""
    while not is_free(port := random.choice(FREE_RANGE)):  # noqa: S311  not a secret
        pass
    return port


def answers(port: int, host: str = LOOPBACK) -> bool:
    """Tell whether somebody accepts connections there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def is_listened_by(port: int, processes: Iterable[psutil.Process]) -> bool:
    """Tell whether one of these processes accepts connections there."""
    return any(port in _listening(process) for process in processes)


def owner_of(port: int) -> str:
    """Say who listens on a port, as far as this user may know."""
    try:
        listening = [each.pid for each in psutil.net_connections("tcp") if _listens(each) and each.laddr[1:] == (port,)]
        return f"{psutil.Process(listening[0]).name()}, process {listening[0]}" if listening and listening[0] else "another program"
    except psutil.Error:
        return "another program"


def _listening(process: psutil.Process) -> set[object]:
    try:
        return {each.laddr[1] for each in process.net_connections("tcp") if _listens(each)}
    except psutil.Error:
        return set()


def _listens(connection: Any) -> bool:
    return bool(connection.status == psutil.CONN_LISTEN)
