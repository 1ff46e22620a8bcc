"""The lease: one landing query owns a table, by a row in the catalog's database."""

import json
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from eddyline.errors import LakeError, LeaseHeld

_CREATE = "CREATE TABLE IF NOT EXISTS eddyline_leases (name VARCHAR(255) PRIMARY KEY, owner VARCHAR(1000) NOT NULL, expires_at DOUBLE PRECISION NOT NULL)"
_ADD = "INSERT INTO eddyline_leases (name, owner, expires_at) VALUES (:name, '', 0) ON CONFLICT (name) DO NOTHING"
_READ = "SELECT owner, expires_at - {now} FROM eddyline_leases WHERE name = :name"
_TAKE = "UPDATE eddyline_leases SET owner = :owner, expires_at = {now} + :ttl WHERE name = :name AND (owner IN (:owner, :gone) OR expires_at < {now})"
_RENEW = "UPDATE eddyline_leases SET expires_at = {now} + :ttl WHERE name = :name AND owner = :owner"
_RELEASE = "UPDATE eddyline_leases SET owner = '', expires_at = 0 WHERE name = :name AND owner = :owner"
_ALL = "SELECT name, owner FROM eddyline_leases WHERE owner <> '' AND expires_at >= {now} ORDER BY name"
# The database's own clock: owners on two machines never compare their clocks.
_NOW = {"sqlite": "((julianday('now') - 2440587.5) * 86400.0)", "postgresql": "EXTRACT(EPOCH FROM clock_timestamp())"}


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that writes: with its machine and start, so that nobody mistakes another for it."""

    machine: str
    pid: int
    started_at: float
    query: str = ""

    @classmethod
    def of(cls, pid: int) -> Self:
        """Describe a query in a running process of this machine; two queries in one process differ."""
        return cls(this_machine(), pid, psutil.Process(pid).create_time(), uuid.uuid4().hex[:12])

    def is_gone(self) -> bool:
        """Tell whether the process has certainly ended; never true of another machine's."""
        if self.machine != this_machine():
            return False
        try:
            process = psutil.Process(self.pid)
            return process.create_time() != self.started_at or process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True


def upkeep_of(table: str) -> str:
    """Name the lease of who rewrites or removes a table's files while its owner goes on appending."""
    return f"upkeep of {table}"


def this_machine() -> str:
    """Name this host and its space of process ids (containers on one host have their own)."""
    space = Path("/proc/self/ns/pid")
    return f"{socket.gethostname()}/{space.readlink() if space.exists() else os.name}"


def owned_names(database: Engine) -> list[str]:
    """List the tables that a query owns which has not certainly ended.

    Raises LakeError when the database does not answer.
    """
    try:
        with database.begin() as connection:
            connection.execute(text(_CREATE))
            rows = connection.execute(text(_ALL.format(now=_NOW[connection.dialect.name]))).all()
    except SQLAlchemyError as error:
        raise LakeError(f"the catalog's database did not answer when asked for leases: {type(error).__name__}") from error
    return [str(row.name) for row in rows if not Owner(**json.loads(row.owner)).is_gone()]


class Lease:
    """Owns the named tables together, for `ttl_s` seconds at a time; a context manager that releases them."""

    def __init__(self, database: Engine, names: tuple[str, ...], owner: Owner, ttl_s: float) -> None:
        self._database = database
        self._names = tuple(sorted(names))
        self._owner = json.dumps(asdict(owner))
        self._ttl_s = ttl_s

    def acquire(self) -> Self:
        """Take every name or none.

        Raises LeaseHeld with the owner of the first name that is taken, LakeError when the database does not answer.
        """
        with self._transaction() as connection:
            connection.execute(text(_CREATE))
            for name in self._names:
                connection.execute(text(_ADD), {"name": name})
                self._take(connection, name)
        return self

    def renew(self) -> None:
        """Own the names for another `ttl_s` seconds.

        Raises LeaseHeld when somebody else has taken one since: this process must not write any more.
        """
        with self._transaction() as connection:
            for name in self._names:
                if not self._run(connection, _RENEW, name).rowcount:
                    raise LeaseHeld(f"the lease on {name} was taken over by {self._holder(connection, name)[0]}; this query must stop")

    def release(self) -> None:
        """Let go of the names that are still owned."""
        with self._transaction() as connection:
            for name in self._names:
                self._run(connection, _RELEASE, name)

    def __enter__(self) -> Self:
        return self.acquire()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._database.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise LakeError(f"the catalog's database did not answer for the lease on {', '.join(self._names)}: {type(error).__name__}") from error

    def _take(self, connection: Connection, name: str) -> None:
        holder, seconds = self._holder(connection, name)
        gone = holder if holder and Owner(**json.loads(holder)).is_gone() else self._owner
        if not self._run(connection, _TAKE, name, gone=gone).rowcount:
            raise LeaseHeld(f"{name} is owned by another landing query, {holder}, for {max(seconds, 0):.0f} s more; stop that one first")

    def _holder(self, connection: Connection, name: str) -> tuple[str, float]:
        owner, seconds = self._run(connection, _READ, name).one()
        return str(owner), float(seconds)

    def _run(self, connection: Connection, statement: str, name: str, **values: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
        clock = _NOW[connection.dialect.name]
        return connection.execute(text(statement.format(now=clock)), {"name": name, "owner": self._owner, "ttl": self._ttl_s, **values})
