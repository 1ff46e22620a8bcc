"""A real API process, and clients that put it under load."""

import http.client
import json
import os
import random
import select
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil
from tenacity import retry, stop_after_delay, wait_fixed

from eddyline.kafka.clients import connect
from eddyline.settings import PROJECT_ROOT, KafkaSettings
from eddyline.stack.ports import free_port


@dataclass
class ApiServer:
    """`python -m api` on a port of its own."""

    port: int
    process: subprocess.Popen[str]

    @property
    def worker_pids(self) -> list[int]:
        return [child.pid for child in psutil.Process(self.process.pid).children() if "--multiprocessing-fork" in child.cmdline()]

    def connection(self, timeout_s: float = 30) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)

    def request(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
        connection = self.connection()
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def status(self, path: str) -> int:
        return self.request("GET", path)[0]

    def stop(self, signal_number: int = signal.SIGTERM, patience_s: float = 20) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(signal_number)
        return self.process.wait(patience_s)


@contextmanager
def running_api(kafka: KafkaSettings, *, ready: bool = True, environ: dict[str, str] | None = None, **api: object) -> Iterator[ApiServer]:
    """Start the API and wait for its line; with `ready`, for its broker too."""
    settings = {"PORT": free_port(), **{name.upper(): value for name, value in api.items()}}
    variables = {f"EDDYLINE_API__{name}": str(value) for name, value in settings.items()} | {"EDDYLINE_KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap_servers}
    command = [sys.executable, "-m", "api"]
    process = subprocess.Popen(
        command, cwd=PROJECT_ROOT, env={**os.environ, **variables, **(environ or {})}, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    server = ApiServer(int(settings["PORT"]), process)  # type: ignore[call-overload]
    try:
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], 60)[0], "the API said nothing"
        assert process.stdout.readline().startswith(f"Eddyline's API answers on http://127.0.0.1:{server.port}")
        if ready:
            wait_until_ready(server)
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(20)
        assert process.stdout is not None
        process.stdout.close()


@retry(stop=stop_after_delay(30), wait=wait_fixed(0.1), reraise=True)
def wait_until_ready(server: ApiServer) -> None:
    assert server.status("/readyz") == 200


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: the event's id, its status, and when it was asked for and came."""

    event_id: str
    status: int
    sent_at: float
    came_at: float

    @property
    def seconds(self) -> float:
        return self.came_at - self.sent_at


@dataclass
class Load:
    """Clients that post one event after another, each on a connection of its own."""

    server: ApiServer
    connections: int
    replies: list[Reply] = field(default_factory=list)
    broken: int = 0
    name: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    _stopped: threading.Event = field(default_factory=threading.Event)

    def _run(self, client: int) -> None:
        connection = self.server.connection()
        number = 0
        while not self._stopped.is_set():
            number += 1
            try:
                reply = self._post(connection, f"{self.name}-{client}-{number}")
            except (OSError, http.client.HTTPException):
                self.broken += 1
                connection.close()
                self._stopped.wait(0.1)
                continue
            self.replies.append(reply)
            # Two cores serve broker, API and these clients: let them breathe.
            self._stopped.wait(random.uniform(0.02, 0.1))
        connection.close()

    def _post(self, connection: http.client.HTTPConnection, event_id: str) -> Reply:
        sent_at = time.monotonic()
        body = json.dumps({"event_type": "heal", "user_id": event_id, "amount": 1, "event_id": event_id}).encode()
        connection.request("POST", "/events", body)
        answer = connection.getresponse()
        answer.read()
        assert answer.headers["X-Event-Id"] == event_id
        assert (answer.headers["Retry-After"] is not None) == (answer.status == 503)
        return Reply(event_id, answer.status, sent_at, time.monotonic())

    @contextmanager
    def running(self) -> Iterator["Load"]:
        """Keep the clients at work, and wait for their last answers."""
        threads = [threading.Thread(target=self._run, args=(client,)) for client in range(self.connections)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._stopped.set()
            for thread in threads:
                thread.join(60)
                assert not thread.is_alive()

    def of(self, status: int) -> list[Reply]:
        return [reply for reply in list(self.replies) if reply.status == status]

    def wait_for(self, status: int, count: int, within_s: float = 60, after: float = 0.0) -> Reply:
        """Wait until this many answers of a status came after an instant; return the earliest of them."""

        @retry(stop=stop_after_delay(within_s), wait=wait_fixed(0.05), reraise=True)
        def look() -> Reply:
            found = [reply for reply in self.of(status) if reply.came_at > after]
            assert len(found) >= count, f"{len(found)} answers of status {status}"
            return min(found, key=lambda reply: reply.came_at)

        return look()


def stored_ids(kafka: KafkaSettings, load: Load) -> list[str]:
    """Read back the ids of the load's events that are in the topic."""
    log = connect(kafka)
    try:
        records = [record for partition, (start, end) in log.end_offsets("events").items() for record in log.read("events", partition, start, end)]
        ids = [json.loads(record.value or b"{}")["event_id"] for record in records]
        return [event_id for event_id in ids if event_id.startswith(f"{load.name}-")]
    finally:
        log.close()
