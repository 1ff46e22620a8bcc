"""How a running stack does: its memory, what it landed, how far it is behind."""

import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import psutil
import requests
from prometheus_client.parser import text_string_to_metric_families

from eddyline.errors import SetupError
from eddyline.settings import Settings
from eddyline.stack import state, tether

SAMPLES_APART_S = 2.5
ANSWER_WITHIN_S = 3.0


@dataclass(frozen=True, slots=True)
class Component:
    """One component of the stack."""

    name: str
    pid: int
    is_running: bool
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Landing:
    """What the landing job's metrics say; None where it does not say it."""

    rows: int
    rows_per_s: float
    offsets_behind: int | None
    last_commit_at: datetime | None
    quarantined: int
    resends: int


@dataclass(frozen=True, slots=True)
class Status:
    """How the whole stack does."""

    home: str
    ready: bool
    components: list[Component]
    addresses: dict[str, str]
    landing: Landing | None

    @property
    def memory_mb(self) -> float:
        """What all components use together."""
        return sum(component.memory_mb for component in self.components)

    def as_json(self) -> dict[str, Any]:
        """Return the status as plain values."""
        return asdict(self) | {"memory_mb": self.memory_mb}


def status_of(settings: Settings) -> Status:
    """Look at the stack that runs on the state folder.

    Raises SetupError when none runs.
    """
    running = state.running_on(settings.home)
    if running is None:
        raise SetupError(f"nothing runs on {settings.home}; start it with `eddyline up`")
    components = [_component(name, pid) for name, pid in running.components.items()]
    return Status(str(settings.home), running.ready, components, running.addresses, _landing(running.addresses.get("landing metrics")))


def memory_mb(session: int) -> float:
    """Return the memory of a process with all it started, shared pages counted once each process."""
    return sum(_resident(process) for process in tether.members(session)) / 1e6


def rows_landed(metrics_url: str) -> int | None:
    """Return how many records the landing job has dealt with since its start; None when it does not answer."""
    try:
        return int(_rows(_metrics(metrics_url)))
    except requests.RequestException:
        return None


def _component(name: str, pid: int) -> Component:
    return Component(name, pid, psutil.pid_exists(pid), round(memory_mb(pid), 1))


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _landing(url: str | None) -> Landing | None:
    try:
        first, begun = _metrics(url or ""), time.monotonic()
        time.sleep(SAMPLES_APART_S)
        second, seconds = _metrics(url or ""), time.monotonic() - begun
    except requests.RequestException:
        return None
    behind, commit = second.get("eddyline_landing_offsets_behind"), second.get("eddyline_landing_last_commit_seconds")
    rate = (_rows(second) - _rows(first)) / seconds
    committed_at = datetime.fromtimestamp(commit, UTC) if commit else None
    return Landing(
        rows=int(_rows(second)),
        rows_per_s=round(rate, 1),
        offsets_behind=None if behind is None else int(behind),
        last_commit_at=committed_at,
        quarantined=int(second.get("quarantined", 0)),
        resends=int(second.get("resend", 0)),
    )


def _rows(metrics: dict[str, float]) -> float:
    return sum(metrics.get(outcome, 0.0) for outcome in ("accepted", "quarantined", "resend"))


def _metrics(url: str) -> dict[str, float]:
    answer = requests.get(url, timeout=ANSWER_WITHIN_S)
    answer.raise_for_status()
    samples = [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]
    plain = {sample.name: sample.value for sample in samples if not sample.labels}
    return plain | {sample.labels["outcome"]: sample.value for sample in samples if sample.name == "eddyline_landing_rows_total"}
