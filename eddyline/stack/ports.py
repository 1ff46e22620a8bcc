"""TCP ports of this machine."""

import random
import socket

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
