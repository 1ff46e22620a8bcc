"""Observes a stack under faults: when the next event is acknowledged, when the next row is visible, how much memory is used."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import psutil
from pyiceberg.catalog import Catalog
from pyiceberg.conversions import from_bytes
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.manifest import ManifestContent
from pyiceberg.types import TimestamptzType
from sqlalchemy.exc import SQLAlchemyError

from eddyline.contracts.tables import GAME_EVENTS
from eddyline.prove.family import family

LOOK_EVERY_S = 0.4
MEMORY_EVERY_S = 4.0


@dataclass
class Watch:
    """Waits for the first acknowledgement and the first row of an event that was sent after an instant."""

    since: float
    acknowledged_at: float | None = None
    visible_at: float | None = None

    @property
    def is_well(self) -> bool:
        """Tell whether both were seen."""
        return self.acknowledged_at is not None and self.visible_at is not None


@dataclass
class Observer:
    """Watches from threads of its own while its `with` block runs."""

    catalog: Catalog
    pids: Callable[[], Mapping[str, int]]
    peak_mb: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    peak_total_mb: float = 0.0
    _watches: list[Watch] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        works = {"visible rows": self._look_for_rows, "memory": self._look_at_memory}
        self._threads = [threading.Thread(target=work, name=name, daemon=True) for name, work in works.items()]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def watch(self, since: float) -> Watch:
        """Watch for what was sent after this instant."""
        watch = Watch(since)
        self._watches = [*(each for each in self._watches if not each.is_well), watch]
        return watch

    def acknowledged(self, sent_at: float) -> None:
        """Note that an event sent then was acknowledged now."""
        for watch in self._watches:
            if watch.acknowledged_at is None and sent_at >= watch.since:
                watch.acknowledged_at = time.time()

    def _look_for_rows(self) -> None:
        while not self._stopped.wait(LOOK_EVERY_S):
            if all(watch.visible_at for watch in self._watches):
                continue
            newest = newest_received_at(self.catalog)
            for watch in self._watches:
                if watch.visible_at is None and newest >= watch.since:
                    watch.visible_at = time.time()

    def _look_at_memory(self) -> None:
        while not self._stopped.wait(MEMORY_EVERY_S):
            now = {name: proportional_mb(pid) for name, pid in self.pids().items()}
            for name, megabytes in now.items():
                self.peak_mb[name] = max(self.peak_mb[name], megabytes)
            self.peak_total_mb = max(self.peak_total_mb, sum(now.values()))


def newest_received_at(catalog: Catalog) -> float:
    """Return when the newest row of the last commit to `game.events` was received; 0 while nothing can be read."""
    try:
        table = catalog.load_table(GAME_EVENTS.identifier)
        snapshot = table.current_snapshot()
        if snapshot is None:
            return 0.0
        received = table.schema().find_field("received_at").field_id
        entries = (
            entry
            for manifest in snapshot.manifests(table.io)
            if manifest.content is ManifestContent.DATA and manifest.added_snapshot_id == snapshot.snapshot_id
            for entry in manifest.fetch_manifest_entry(table.io)
        )
        bounds = [entry.data_file.upper_bounds[received] for entry in entries]
        return max((int(from_bytes(TimestamptzType(), bound)) / 1e6 for bound in bounds), default=0.0)
    except (OSError, SQLAlchemyError, NoSuchTableError):
        return 0.0


def proportional_mb(session: int) -> float:
    """Return the memory of a process with all it started; a page that several share counts once in all (PSS)."""
    return sum(_proportional(process) for process in family(session)) / 1e6


def _proportional(process: psutil.Process) -> int:
    try:
        memory = process.memory_full_info()
    except psutil.Error:
        return 0
    # Linux alone knows the share of a shared page; elsewhere it is what belongs to the process alone.
    return int(getattr(memory, "pss", memory.uss))
