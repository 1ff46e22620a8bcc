"""Serves the API: `python -m api`, with settings from the environment and `eddyline.toml`."""

import http.client
import multiprocessing
import os
import socket
import sys
import tempfile
import threading
from contextlib import ExitStack, closing

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from api.exposure import check_exposure
from eddyline import settings
from eddyline.errors import EddylineError, SetupError
from eddyline.settings import ApiSettings

SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"
BACKLOG = 1024
MAX_CONNECTIONS = 1024
# For the head of a request, and for a connection that is kept alive without one.
HEADERS_MS = 15_000
# Above it, or with more than 100 headers, the answer is 431.
MAX_HEAD_BYTES = 64 * 1024
STOP_S = 10


def main() -> int:
    """Serve until SIGTERM or SIGINT, then finish what was accepted."""
    # A forked worker inherits whatever locks this process' threads hold, and then hangs: seen with the import lock.
    multiprocessing.set_start_method("spawn")
    try:
        api = settings.load().api
        check_exposure(api)
        serve(api, free_port(api))
    except EddylineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def serve(api: ApiSettings, port: int) -> None:
    """Serve with granian; each worker is a process that imports api.worker itself."""
    with ExitStack() as stack:
        if api.workers > 1:
            # prometheus_client decides at import whether workers share their counters: the folder must be known before.
            os.environ[SHARED_METRICS] = stack.enter_context(tempfile.TemporaryDirectory(prefix="eddyline-metrics-"))
        # glibc keeps what each thread freed in an arena of the thread's own: without this, memory only grows.
        os.environ.setdefault("MALLOC_ARENA_MAX", "2")
        server = Granian(
            "api.worker:application",
            factory=True,
            address=api.host,
            port=port,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,
            workers=api.workers,
            blocking_threads=api.threads,
            backlog=BACKLOG,
            backpressure=max(1, MAX_CONNECTIONS // api.workers),
            http1_settings=HTTP1Settings(header_read_timeout=HEADERS_MS, max_buffer_size=MAX_HEAD_BYTES),
            workers_kill_timeout=STOP_S,
            respawn_failed_workers=True,
            log_level=LogLevels.error,
        )
        server.on_startup(lambda: threading.Thread(target=announce, args=(api.host, port), daemon=True).start())
        server.serve()


def free_port(api: ApiSettings) -> int:
    """Make sure that nobody else listens on the port, and choose one if the setting is 0.

    Raises SetupError when the port is taken: granian would share it with another granian without a word.
    """
    family = socket.AF_INET6 if ":" in api.host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((api.host, api.port))
        except OSError as error:
            raise SetupError(f"cannot listen on {api.host}:{api.port} ({error.strerror}): set EDDYLINE_API__PORT to a free port") from error
        return int(probe.getsockname()[1])


def announce(host: str, port: int) -> None:
    """Print one line once the API answers."""
    pause = threading.Event()
    while not answers(host, port):
        pause.wait(0.05)
    shown = f"[{host}]" if ":" in host else host
    sys.stdout.write(f"Eddyline's API answers on http://{shown}:{port} (description: /docs)\n")
    sys.stdout.flush()


def answers(host: str, port: int) -> bool:
    """Ask the API for a sign of life."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    try:
        with closing(http.client.HTTPConnection(here, port, timeout=2)) as connection:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


if __name__ == "__main__":
    sys.exit(main())
