"""The upkeep's Prometheus metrics, on loopback."""

from dataclasses import dataclass, field
from time import time

from prometheus_client import CollectorRegistry, Counter, Gauge

from eddyline.spark.upkeep.rounds import Round


@dataclass
class UpkeepMetrics:
    """Counts rounds and what they did, and says how full the tables' partitions are."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        registry = self.registry
        self._rounds = Counter("eddyline_upkeep_rounds", "Rounds by whether every chore was done.", ["outcome"], registry=registry)
        self._done = Counter("eddyline_upkeep_done", "What rounds did, in files, snapshots and bytes.", ["what"], registry=registry)
        self._seconds = Gauge("eddyline_upkeep_round_seconds", "How long the last round took.", registry=registry)
        self._last = Gauge("eddyline_upkeep_last_round_at_seconds", "When the last round ended, seconds since 1970.", registry=registry)
        self._most_files = Gauge("eddyline_upkeep_most_files", "Files in the table's fullest partition.", ["table"], registry=registry)
        self._snapshots = Gauge("eddyline_upkeep_snapshots", "Snapshots of the table.", ["table"], registry=registry)

    def round_done(self, done: Round) -> None:
        """Count a round, and take the tables as they are after it."""
        summary = done.summary()
        self._rounds.labels("failed" if summary["failed"] else "done").inc()
        for what in ("files_rewritten", "files_written", "snapshots_expired", "orphans", "bytes_freed"):
            self._done.labels(what).inc(max(summary[what], 0))
        self._seconds.set(done.seconds)
        self._last.set(time())
        for table in done.tables:
            self._most_files.labels(table.table).set(table.most_files)
            self._snapshots.labels(table.table).set(table.snapshots)
