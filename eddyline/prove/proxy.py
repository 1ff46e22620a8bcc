"""A small TCP proxy between two parts of the stack that can break the connections through it in the ways networks do."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from eddyline.stack import ports

CHUNK_BYTES = 65_536
SLOW_BYTES_PER_S = 4_000
# The next request is begun, and its rest never comes.
CUT_AFTER_BYTES = 200
_ABORT = struct.pack("ii", 1, 0)


class Mode(StrEnum):
    """What the proxy does with connections."""

    OPEN = "open"
    RESET = "reset"
    """Every connection is reset, new ones at once."""
    STALL = "stall"
    """Nothing goes either way, and nobody is told."""
    HALF_OPEN = "half-open"
    """The far end of every connection is gone, and the near end is not told; new connections work."""
    SLOW = "slow"
    """A few kilobytes a second."""
    CUT = "cut"
    """A connection is reset after some more bytes, in the middle of a request."""


@dataclass(eq=False)
class _Connection:
    near: asyncio.StreamWriter
    far: asyncio.StreamWriter | None = None
    pumps: "asyncio.Task[None] | None" = None
    left: int = CUT_AFTER_BYTES


@dataclass
class Proxy:
    """Forwards connections from a port of its own to another; `affected` counts what a fault has touched."""

    to_port: int
    port: int = field(default_factory=ports.free_port)
    affected: int = 0
    _mode: Mode = Mode.OPEN
    _connections: set[_Connection] = field(default_factory=set)
    _orphans: set[_Connection] = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _thread: threading.Thread | None = None
    _server: asyncio.Server | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"proxy to {self.to_port}", daemon=True)
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._serve, ports.LOOPBACK, self.port))
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        assert self._thread is not None
        self._thread.join()
        self._loop.close()

    def strike(self, mode: Mode) -> None:
        """Do this from now on to every connection; OPEN heals."""
        self._run(self._strike(mode))

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _strike(self, mode: Mode) -> None:
        if mode is not Mode.OPEN:
            self.affected = 0
        self._mode = mode
        self._changed.set()
        self._changed = asyncio.Event()
        for connection in list(self._connections):
            self._begin(connection)
        if mode is Mode.OPEN:
            for orphan in list(self._orphans):
                _abort(orphan.near)
            self._orphans.clear()

    def _begin(self, connection: _Connection) -> None:
        match self._mode:
            case Mode.RESET:
                self._reset(connection)
            case Mode.HALF_OPEN:
                self.affected += 1
                self._orphans.add(connection)
                self._forget(connection)
                if connection.far:
                    _abort(connection.far)
            case Mode.CUT:
                connection.left = CUT_AFTER_BYTES
            case _:
                pass

    def _reset(self, connection: _Connection) -> None:
        self.affected += 1
        self._forget(connection)
        for writer in (connection.near, connection.far):
            if writer:
                _abort(writer)

    def _forget(self, connection: _Connection) -> None:
        self._connections.discard(connection)
        if connection.pumps:
            connection.pumps.cancel()

    async def _serve(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        connection = _Connection(near)
        if self._mode is Mode.RESET:
            self._reset(connection)
            return
        self._connections.add(connection)
        connection.pumps = asyncio.ensure_future(self._join(reader, connection))
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await connection.pumps
        if connection not in self._orphans:
            self._connections.discard(connection)
            _abort(near)

    async def _join(self, reader: asyncio.StreamReader, connection: _Connection) -> None:
        far_reader, connection.far = await asyncio.open_connection(ports.LOOPBACK, self.to_port)
        pumps = [
            asyncio.ensure_future(self._pump(reader, connection.far, connection, outward=True)),
            asyncio.ensure_future(self._pump(far_reader, connection.near, connection, outward=False)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            if connection.far:
                _abort(connection.far)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: _Connection, *, outward: bool) -> None:
        while chunk := await reader.read(CHUNK_BYTES):
            while chunk:
                chunk = await self._forward(chunk, writer, connection, outward=outward)
            await writer.drain()

    async def _forward(self, chunk: bytes, writer: asyncio.StreamWriter, connection: _Connection, *, outward: bool) -> bytes:
        """Forward what the mode lets through now, and return the rest."""
        match self._mode:
            case Mode.STALL:
                self.affected += 1
                await self._changed.wait()
                return chunk
            case Mode.SLOW:
                piece = SLOW_BYTES_PER_S // 50
                self.affected += 1
                writer.write(chunk[:piece])
                await asyncio.sleep(0.02)
                return chunk[piece:]
            case Mode.CUT if outward and len(chunk) >= connection.left:
                writer.write(chunk[: connection.left])
                await writer.drain()
                self._reset(connection)
                return b""
            case Mode.CUT if outward:
                connection.left -= len(chunk)
        writer.write(chunk)
        return b""

    async def _close(self) -> None:
        assert self._server is not None
        self._server.close()
        for connection in [*self._connections, *self._orphans]:
            self._reset(connection)
        pending = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)


def _abort(writer: asyncio.StreamWriter) -> None:
    """Close with a reset, as a machine that forgot the connection answers."""
    found: socket.socket | None = writer.get_extra_info("socket")
    if found is not None:
        with contextlib.suppress(OSError):
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
    writer.transport.abort()
