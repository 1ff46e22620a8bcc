"""A Redis of our own for player states: Debian's server, on loopback, with its data in the state folder."""

import os
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from eddyline.errors import SetupError
from eddyline.stack import ports
from eddyline.stack.process import Command
from eddyline.stack.server import Server

INSTALL = "install it with `sudo apt-get install redis-server` (Debian), `sudo dnf install redis` (Fedora) or `brew install redis` (macOS)"


class Redis(Server):
    """The server process; its password, if any, goes by a file that only we can read."""

    name = "redis"

    def __init__(self, folder: Path, *, port: int = 0, log: Path | None = None, password: str = "") -> None:
        """Describe the server; a port 0 becomes a free one."""
        self._folder, self._log, self._password = folder, log or folder / "redis.log", password
        self.port = port or ports.free_port()

    @property
    def url(self) -> str:
        """The address for clients."""
        return f"redis://{f':{quote(self._password)}@' if self._password else ''}{ports.LOOPBACK}:{self.port}/0"

    @property
    def log(self) -> Path:
        """The file with the server's output."""
        return self._log

    def prepare(self) -> None:
        """Write the configuration.

        Raises SetupError when the server is not installed.
        """
        super().prepare()
        if not shutil.which("redis-server"):
            raise SetupError(f"redis-server is not installed: {INSTALL}")
        self._folder.mkdir(parents=True, exist_ok=True)
        configuration = self._folder / "redis.conf"
        configuration.touch(mode=0o600)
        configuration.write_text("\n".join(self._lines()) + "\n", encoding="utf-8")

    def command(self) -> Command:
        """Return the command that runs the server."""
        return [shutil.which("redis-server") or "redis-server", self._folder / "redis.conf"]

    def environ(self) -> Mapping[str, str]:
        """Return our environment."""
        return os.environ

    def is_ready(self) -> bool:
        """Tell whether the server answers a PING."""
        try:
            with socket.create_connection((ports.LOOPBACK, self.port), timeout=1.0) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith((b"+PONG", b"-NOAUTH"))
        except OSError:
            return False

    def _lines(self) -> list[str]:
        secret = [f'requirepass "{self._password}"'] if self._password else []
        return [
            f"bind {ports.LOOPBACK}",
            f"port {self.port}",
            f'dir "{self._folder}"',
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            "daemonize no",
            *secret,
        ]
