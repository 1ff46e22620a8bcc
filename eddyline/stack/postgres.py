"""A PostgreSQL of our own for the catalog: a cluster in a folder, on loopback."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from eddyline.errors import ComponentFailed, SetupError
from eddyline.stack import ports, postgres_install
from eddyline.stack.process import Command
from eddyline.stack.server import Server

USER, DATABASE = "eddyline", "lake"
# The server refuses root, and no other user may pass the folders above its own: of root's power it keeps only that to pass,
# also where it asks before it goes (the kernel answers such questions without the power, unless `no_setuid_fixup` is set).
UNPRIVILEGED = "nobody"
ONLY_PASSING = ("--init-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup", "--")


class Postgres(Server):
    """One cluster with one database; it gets its password by a file that is gone once the cluster is made."""

    name = "postgres"
    # Asked by SIGTERM it waits until every client has left; by SIGINT it sends them away.
    stop_signal = signal.SIGINT

    def __init__(self, folder: Path, *, password: str, port: int = 0, log: Path | None = None, options: tuple[str, ...] = ()) -> None:
        """Describe the server; nothing starts before `start`. An option is a setting of the server, as `fsync=off`."""
        self.folder, self.port = folder, port or ports.free_port()
        self._password, self._log, self._options = password, log or folder / "postgres.log", options
        self._programs: Path | None = None

    @property
    def uri(self) -> str:
        """The database's address for SQLAlchemy."""
        return f"postgresql+psycopg2://{USER}:{quote(self._password)}@{ports.LOOPBACK}:{self.port}/{DATABASE}"

    @property
    def log(self) -> Path:
        """The file with the server's output."""
        return self._log

    def prepare(self) -> None:
        """Install PostgreSQL where it is missing, and make the cluster and its database where there is none.

        Raises SetupError when it cannot be installed, ComponentFailed when the cluster cannot be made.
        """
        super().prepare()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._programs = postgres_install.install()
        if not self._data.is_dir():
            self._make(self.folder / "data.part")

    def command(self) -> Command:
        """Return the command that runs the prepared server."""
        options = (f"listen_addresses={ports.LOOPBACK}", f"port={self.port}", "unix_socket_directories=", "shared_buffers=32MB", *self._options)
        return [*_unprivileged(), self._program("postgres"), "-D", self._data, *(f"--{option}" for option in options)]

    def is_ready(self) -> bool:
        """Tell whether the server lets us in."""
        engine = create_engine(self.uri, poolclass=NullPool, connect_args={"connect_timeout": 2})
        with contextlib.suppress(OperationalError), engine.connect():
            return True
        return False

    def _make(self, part: Path) -> None:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        password = self.folder / "password"
        password.touch(mode=0o600)
        password.write_text(self._password, encoding="utf-8")
        if os.getuid() == 0:
            os.chown(part, *_owner())
        try:
            made = [f"--pgdata={part}", f"--username={USER}", "--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8", "--locale=C"]
            _run([*_unprivileged(), self._program("initdb"), *made])
            _run([*_unprivileged(), self._program("postgres"), "--single", "-D", str(part), "postgres"], f"CREATE DATABASE {DATABASE};\n")
        finally:
            password.unlink()
        part.rename(self._data)

    def _program(self, name: str) -> str:
        assert self._programs is not None, "prepare the server first"
        return str(self._programs / name)

    @property
    def _data(self) -> Path:
        return self.folder / "data"


def _unprivileged() -> list[str]:
    if os.getuid() != 0:
        return []
    if not shutil.which("setpriv"):
        raise SetupError("PostgreSQL does not run as root, and `setpriv` of util-linux is missing here; run as another user, or install util-linux")
    user, group = _owner()
    return ["setpriv", f"--reuid={user}", f"--regid={group}", *ONLY_PASSING]


def _owner() -> tuple[int, int]:
    entry = pwd.getpwnam(UNPRIVILEGED)
    return entry.pw_uid, entry.pw_gid


def _run(command: list[str], words: str = "") -> None:
    done = subprocess.run(command, input=words, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        last = ((done.stderr or done.stdout).strip().splitlines() or ["no reason given"])[-1]
        raise ComponentFailed(f"a PostgreSQL cluster could not be made: {last}")
