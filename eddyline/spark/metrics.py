"""The landing job's Prometheus metrics, on loopback."""

import ast
from dataclasses import dataclass, field

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from pyspark.sql.streaming.query import StreamingQuery

from eddyline.spark.sink import Landed

log = structlog.get_logger()
_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)


@dataclass
class LandingMetrics:
    """Counts what landed and how far the query is behind its topics."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        registry = self.registry
        self._rows = Counter("eddyline_landing_rows", "Records by what became of them.", ["outcome"], registry=registry)
        self._reasons = Counter("eddyline_landing_quarantined_rows", "Quarantined records by reason.", ["reason"], registry=registry)
        self._seconds = Histogram("eddyline_landing_batch_seconds", "Seconds a batch took.", buckets=_SECONDS, registry=registry)
        self._last_commit = Gauge("eddyline_landing_last_commit_seconds", "When the last batch landed, seconds since 1970.", registry=registry)
        self._behind = Gauge("eddyline_landing_offsets_behind", "Offsets that the topics have and the tables have not yet.", registry=registry)

    def serve(self, port: int) -> None:
        """Answer Prometheus; see `serve_metrics`."""
        serve_metrics(self.registry, port, "EDDYLINE_LANDING__METRICS_PORT")

    def watch(self, query: StreamingQuery) -> None:
        """Take the distance to the topics' ends from this query's progress."""
        self._behind.set_function(lambda: float(offsets_behind(query)))

    def landed(self, landed: Landed) -> None:
        """Count a batch."""
        self._rows.labels("accepted").inc(landed.accepted)
        self._rows.labels("resend").inc(landed.resends)
        self._rows.labels("quarantined").inc(sum(landed.quarantined.values()))
        for reason, count in landed.quarantined.items():
            self._reasons.labels(reason).inc(count)
        self._seconds.observe(landed.seconds)
        self._last_commit.set(landed.landed_at.timestamp() + landed.seconds)


def serve_metrics(registry: CollectorRegistry, port: int, variable: str) -> None:
    """Answer Prometheus on this port of loopback; 0 turns it off, and a job whose port is taken works without metrics."""
    if not port:
        return
    try:
        start_http_server(port, "127.0.0.1", registry)
    except OSError as error:
        log.warning("no metrics are served; choose a free port", setting=variable, port=port, error=error.strerror)


def offsets_behind(query: StreamingQuery) -> int:
    """Sum what the query's last progress says of the topics' ends and its own position."""
    progress = query.lastProgress
    if progress is None:
        return 0
    return sum(_total(source.latestOffset) - _total(source.endOffset) for source in progress.sources)


def _total(offsets: str | None) -> int:
    # PySpark makes Python's text of the offsets, not JSON: {'events': {'0': 7}}, or None before the first batch.
    topics = ast.literal_eval(offsets or "None") or {}
    return sum(offset for partitions in topics.values() for offset in partitions.values())
