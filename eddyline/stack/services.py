"""The components of ours: the API and the landing job, each a program run from the project root."""

import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import requests

from eddyline.settings import PROJECT_ROOT, Settings
from eddyline.stack import ports, tether
from eddyline.stack.environment import environment_of
from eddyline.stack.process import Child, Command
from eddyline.stack.server import TABLES_NEED, Server

ANSWER_WITHIN_S = 3.0


class Service(Server):
    """A Python program of ours that answers HTTP when it is ready."""

    def __init__(self, name: str, program: Command, ready_url: str, settings: Settings, *, stop_patience_s: float = 10.0) -> None:
        """Describe the program; nothing starts before `start`."""
        self.name, self.ready_url, self.stop_patience_s = name, ready_url, stop_patience_s
        self._program, self._settings = program, settings

    @property
    def log(self) -> Path:
        """The file with the program's output."""
        return self._settings.home / "logs" / f"{self.name}.log"

    def command(self) -> Command:
        """Return the command that runs the program."""
        return [sys.executable, *self._program]

    def environ(self) -> Mapping[str, str]:
        """Return every setting by name."""
        return environment_of(self._settings)

    def working_folder(self) -> Path:
        """Return the project's root: the doors are found from there."""
        return PROJECT_ROOT

    def is_ready(self) -> bool:
        """Tell whether the program answers that it is ready."""
        try:
            return requests.get(self.ready_url, timeout=ANSWER_WITHIN_S).ok and self._answered_itself()
        except requests.RequestException:
            return False

    def _answered_itself(self) -> bool:
        # Two stacks that start at once may have found the same port free, and the other one's program would answer for ours.
        port = urlsplit(self.ready_url).port
        return port is not None and ports.is_listened_by(port, tether.members(self.pid))


def api(settings: Settings) -> Service:
    """Describe the API."""
    return Service("api", ["-m", "api"], f"{api_url(settings)}/readyz", settings, stop_patience_s=15.0)


def landing(settings: Settings) -> Service:
    """Describe the landing job; its batch in progress may take a while to commit when it is stopped."""
    service = Service("landing", ["streaming_jobs/land_events.py"], metrics_url(settings), settings, stop_patience_s=30.0)
    service.start_timeout_s, service.needs = 120.0, TABLES_NEED
    return service


class Projection(Service):
    """The projection of player states, which answers nobody: it is ready once it has begun."""

    _begins_at = 0

    def is_ready(self) -> bool:
        """Tell whether the job says that it began since it was started."""
        if not self.log.is_file():
            return False
        with self.log.open("rb") as log:
            log.seek(self._begins_at if self.log.stat().st_size >= self._begins_at else 0)
            return b"the projection began" in log.read()

    def launch(self, output: int) -> Child:
        """Start the job; see Server."""
        self._begins_at = self.log.stat().st_size if self.log.is_file() else 0
        return super().launch(output)


def players(settings: Settings) -> Service:
    """Describe the projection of player states."""
    service = Projection("players", ["streaming_jobs/project_player_state.py"], "", settings, stop_patience_s=30.0)
    service.start_timeout_s, service.needs = 120.0, TABLES_NEED
    return service


def maintain(settings: Settings) -> Service:
    """Describe the upkeep of tables."""
    service = Service("maintain", ["streaming_jobs/maintain_tables.py", "--keep-going"], upkeep_url(settings), settings, stop_patience_s=30.0)
    service.start_timeout_s, service.needs = 120.0, TABLES_NEED
    return service


def api_url(settings: Settings) -> str:
    """Return the API's address as a browser on this machine would open it."""
    host = ports.LOOPBACK if settings.api.host in {"0.0.0.0", "::"} else settings.api.host  # noqa: S104  compared, not bound
    return f"http://{host}:{settings.api.port}"


def metrics_url(settings: Settings) -> str:
    """Return the address of the landing job's metrics."""
    return f"http://{ports.LOOPBACK}:{settings.landing.metrics_port}/metrics"


def upkeep_url(settings: Settings) -> str:
    """Return the address of the upkeep's metrics."""
    return f"http://{ports.LOOPBACK}:{settings.upkeep.metrics_port}/metrics"
