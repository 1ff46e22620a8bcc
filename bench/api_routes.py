"""What the lean door saves: CPU per request of an event route and of the same handler behind an ordinary Flask route.

    python bench/api_routes.py            both routes on granian and a real broker, under wrk
    python bench/api_routes.py --direct   the WSGI callables alone, without server and broker

Both routes run in one process and take turns, so that only their ratio matters, not the machine.
"""

import io
import json
import multiprocessing
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psutil
from flask import Flask, Response, request
from granian import Granian

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from api.app import create_app
from api.breaker import Breaker
from api.events import EventRoutes
from api.limiter import Limiter
from api.metrics import Metrics
from api.sender import Sender
from eddyline.kafka.clients import connect
from eddyline.kafka.log import Delivery, EventLog, Headers
from eddyline.kafka.topics import create_topics
from eddyline.keys.credentials import ID_BYTES, PERMISSIONS, SECRET_BYTES, make_key
from eddyline.keys.file import KeyFile
from eddyline.settings import Settings, load
from eddyline.stack.broker import Broker
from eddyline.stack.ports import answers, free_port

EVENT = json.dumps({"event_type": "purchase_item", "user_id": "user1.comcast.com", "item_type": "sword", "price": 120.0, "quantity": 1}).encode()
PATHS = ("/events", "/flask/events")
CALLS, ROUNDS, SECONDS = 3_000, 7, 4


def with_flask_route(settings: Settings, log: EventLog) -> Flask:
    """Add to the application the same handler as an ordinary Flask route."""
    app = create_app(settings, log)
    metrics = Metrics()
    events = EventRoutes(settings.api, Sender(log, Breaker(), metrics, settings.api.ack_timeout_ms / 1000), metrics, Limiter())

    def flask_route() -> Response:
        started = time.perf_counter()
        answer = events.post_events(request.environ)
        metrics.time("/flask/events", answer.status, time.perf_counter() - started)
        return Response(answer.body, answer.status, answer.headers)

    app.add_url_rule("/flask/events", view_func=flask_route, methods=["POST"])
    return app


def application() -> Flask:
    """Make the application that granian serves."""
    settings = load()
    return with_flask_route(settings, connect(settings.kafka))


class InstantLog:
    """A log that acknowledges at once, so that only the door's own cost is left."""

    def append(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> Delivery:  # noqa: ARG002
        """Acknowledge."""
        delivery = Delivery()
        delivery.acknowledge(0, 0)
        return delivery


def measure_direct() -> None:
    """Call the application without a server."""
    app = with_flask_route(load(), InstantLog())  # type: ignore[arg-type]
    report({path: [cpu_us(lambda path=path: call(app, path)) for _ in range(ROUNDS)] for path in PATHS})
    with tempfile.TemporaryDirectory(prefix="eddyline-bench-") as folder:
        keyed, key = with_key(Path(folder) / "keys.json")
        with_keys, without = ([cpu_us(lambda app=app, key=key: call(app, "/events", key)) for _ in range(ROUNDS)] for app, key in ((keyed, key), (app, "")))
    asked, plain = statistics.median(with_keys), statistics.median(without)
    print(f"  lean route with a key and its limits {asked:6.1f} us, without {plain:6.1f} us: {asked / plain:.2f} times as much")


def with_key(file: Path) -> tuple[Flask, str]:
    """Make an application that asks for keys and limits them, and a key for it."""
    key, token = make_key(os.urandom(ID_BYTES + SECRET_BYTES), "", name="bench", tenant="bench", allows=PERMISSIONS, limit="", dead_letter_limit="")
    KeyFile(file).change(lambda ring: (msgspec.structs.replace(ring, keys=(key,)), None))
    settings = load(api={"require_keys": True, "keys_file": str(file), "event_limit": "1000000000/second"})
    return create_app(settings, InstantLog()), token  # type: ignore[arg-type]


def call(app: Flask, path: str, key: str = "") -> None:
    """Send one event as a server would."""
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "localhost", "SERVER_PORT": "5000", "SCRIPT_NAME": "",
        "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "user1.comcast.com", "HTTP_USER_AGENT": "wrk", "HTTP_ACCEPT": "*/*",
        "CONTENT_LENGTH": str(len(EVENT)), "wsgi.input": io.BytesIO(EVENT), "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "wsgi.version": (1, 0),
        "wsgi.input_terminated": True, "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    if key:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    body = app(environ, lambda status, _: check(status))
    b"".join(body)


def check(status: str) -> None:
    """Stop if a route does not do its work."""
    if not status.startswith("202"):
        raise SystemExit(f"the route answered {status}")


def cpu_us(once: Callable[[], None]) -> float:
    """Measure the CPU time of a call, in microseconds."""
    started = time.process_time()
    for _ in range(CALLS):
        once()
    return (time.process_time() - started) / CALLS * 1e6


def measure_served() -> None:
    """Put both routes under wrk, in turns, and read the worker's CPU time."""
    for connections in (16, 256):
        with served() as (port, worker), tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
            script.write(f"wrk.method = 'POST'\nwrk.body = {EVENT.decode()!r}\n")
            script.flush()
            results: dict[str, list[float]] = {path: [] for path in PATHS}
            for _ in range(3):
                for path in PATHS:
                    results[path].append(under_wrk(worker, f"http://127.0.0.1:{port}{path}", connections, script.name))
            print(f"{connections} connections:")
            report(results)


def under_wrk(worker: psutil.Process, url: str, connections: int, script: str) -> float:
    """Measure the worker's CPU time for a request, in microseconds."""
    before = worker.cpu_times()
    text = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "-s", script, url], capture_output=True, text=True, check=True).stdout
    after = worker.cpu_times()
    if "Non-2xx" in text:
        raise SystemExit(text)
    requests = int(re.search(r"(\d+) requests in", text)[1])  # type: ignore[index]
    return (after.user + after.system - before.user - before.system) / requests * 1e6


@contextmanager
def served() -> Iterator[tuple[int, psutil.Process]]:
    """Run a broker and the API; yield its port and its worker."""
    with tempfile.TemporaryDirectory(prefix="eddyline-bench-") as folder:
        broker = Broker(Path(folder)).start()
        os.environ["EDDYLINE_KAFKA__BOOTSTRAP_SERVERS"] = broker.bootstrap_servers
        create_topics(load().kafka)
        port = free_port()
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(port,))
        server.start()
        try:
            while not answers(port):
                time.sleep(0.1)
            worker = max(psutil.Process(server.pid).children(recursive=True), key=lambda process: process.memory_info().rss)
            yield port, worker
        finally:
            server.terminate()
            server.join()
            broker.stop()


def serve(port: int) -> None:
    """Run granian, as `python -m api` does."""
    multiprocessing.set_start_method("spawn", force=True)
    Granian("bench.api_routes:application", factory=True, port=port, interface="wsgi", http="1", blocking_threads=32, log_level="error").serve()


def report(results: dict[str, list[float]]) -> None:
    """Print the medians and their ratio."""
    lean, flask = (statistics.median(results[path]) for path in PATHS)
    print(f"  lean route {lean:6.1f} us CPU a request, ordinary Flask route {flask:6.1f} us: {flask / lean:.2f} times as much")


if __name__ == "__main__":
    measure_direct() if "--direct" in sys.argv else measure_served()
