"""The landing query: source, sink and trigger under a lease, started again within bounds when it fails."""

import threading
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.streaming.query import StreamingQuery

from eddyline.contracts.tables import GAME_EVENTS, QUARANTINE, Table
from eddyline.contracts.topics import EVENTS, Topic
from eddyline.errors import TopicGap
from eddyline.lake.lease import Lease
from eddyline.lake.tables import need_readable
from eddyline.settings import Settings
from eddyline.spark.crash import crash_at
from eddyline.spark.gaps import Gap, Log, forget_checkpoint, has_checkpoint, is_about_a_gap, keep_ids, kept_ids, note_gaps
from eddyline.spark.metrics import LandingMetrics
from eddyline.spark.ownership import owned
from eddyline.spark.runner import Attempts
from eddyline.spark.session import driver_pid
from eddyline.spark.sink import Copy, Landed, LandingSink
from eddyline.spark.source import read_topics

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Plan:
    """What one landing query does: everything into `game.events`, or some event types into a copy."""

    topic: Topic = EVENTS
    table: Table = GAME_EVENTS
    copy: Copy | None = None
    available_now: bool = False
    accept_gap: bool = False
    """Go on although a topic lost records before they landed."""

    @property
    def query_name(self) -> str:
        """Name the query, and the folder of its checkpoint."""
        return "land-events" if self.copy is None else f"land-events-to-{self.table.identifier}"

    @property
    def owned(self) -> tuple[str, ...]:
        """List the tables that only this query may append to."""
        return (self.table.identifier,) if self.copy else (self.table.identifier, QUARANTINE.identifier)

    @property
    def topics(self) -> tuple[str, ...]:
        """List the topics that the query reads."""
        return (self.topic.name,) if self.copy else (self.topic.name, self.topic.dead_letters.name)


@dataclass
class Landing:
    """Runs a plan until its topics are drained (`available_now`) or `stop` is set."""

    spark: SparkSession
    settings: Settings
    plan: Plan
    metrics: LandingMetrics
    stop: threading.Event = field(default_factory=threading.Event)
    _attempts: Attempts = field(init=False)
    _accepted: bool = False
    _marks: Mapping[tuple[str, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._attempts = Attempts("the landing query", self.settings.landing.retries, self.stop)

    def run(self) -> None:
        """Land until done; a failed query starts again from the tables' marks.

        Raises LeaseHeld when another query owns a table, TopicGap when a topic lost records before they landed,
        TopicReplaced when it is not the one that the tables were filled from, ComponentFailed when the query failed too often in a row.
        """
        with self._lease() as lease:
            self._attempts.run(lambda: self._attempt(lease))

    def _attempt(self, lease: Lease) -> None:
        lease.renew()
        need_readable(self.settings.lake, self.plan.owned)
        try:
            self._run_query(lease)
        except (PySparkException, Py4JError) as error:
            if is_about_a_gap(error):
                raise TopicGap(_gone(Log.of(self.settings.kafka, self.plan.topics).gaps(self._marks))) from error
            raise

    def _run_query(self, lease: Lease) -> None:
        query = self._start(lease)
        self.metrics.watch(query)
        while not query.awaitTermination(1):
            if self.stop.is_set():
                query.stop()

    def _start(self, lease: Lease) -> StreamingQuery:
        landing, horizon = self.settings.landing, timedelta(days=self.settings.lake.dedupe_horizon_days)
        crash = crash_at(self.settings.crash_at, driver_pid(self.spark))
        sink = LandingSink(self.spark, self.plan.topic, self.plan.table, self.plan.copy, lease, horizon, crash, self._landed)
        checkpoint = f"{landing.checkpoints}/{self.plan.query_name}"
        self._marks = sink.marks
        held = Log.of(self.settings.kafka, self.plan.topics)
        held.need_settled(sink.held)
        self._mind_topics(held, {topic for topic, _ in sink.held})
        self._mind_gaps(held, checkpoint)
        records = read_topics(self.spark, self.settings.kafka, self.plan.topics, landing.max_offsets_per_trigger)
        writer = records.writeStream.queryName(self.plan.query_name).option("checkpointLocation", checkpoint).foreachBatch(sink)
        log.info("landing began", query=self.plan.query_name, table=self.plan.table.identifier, topics=",".join(self.plan.topics))
        if self.plan.available_now:
            return writer.trigger(availableNow=True).start()
        return writer.trigger(processingTime=f"{landing.trigger_interval_ms} milliseconds").start()

    def _mind_topics(self, held: Log, landed: Collection[str]) -> None:
        kept = kept_ids(self.spark, self.plan.table)
        held.need_same(kept, landed)
        if held.ids.items() - kept.items():
            keep_ids(self.spark, self.plan.table, held.ids)

    def _mind_gaps(self, held: Log, checkpoint: str) -> None:
        # With its checkpoint the query knows how far it has read, and stops by itself; without it, it would begin where the log begins.
        began, found = has_checkpoint(self.spark, checkpoint), held.gaps(self._marks)
        if self.plan.accept_gap and not self._accepted:
            self._accepted = True
            log.warning("records are gone and will not land", gaps=_listed(found) or "none")
            note_gaps(self.spark, self.plan.table, found)
            if began:
                forget_checkpoint(self.spark, checkpoint)
        elif found and not began and not self._accepted:
            raise TopicGap(_gone(found))

    def _landed(self, landed: Landed) -> None:
        self._attempts.progressed = True
        self.metrics.landed(landed)
        quarantined = sum(landed.quarantined.values())
        log.info("batch landed", accepted=landed.accepted, resends=landed.resends, quarantined=quarantined, seconds=round(landed.seconds, 3))
        if landed.quarantined:
            log.warning("records quarantined", **landed.quarantined)

    def _lease(self) -> AbstractContextManager[Lease]:
        return owned(self.settings, self.plan.owned, driver_pid(self.spark), self.stop)


def _listed(found: list[Gap]) -> str:
    return ", ".join(map(str, found))


def _gone(found: list[Gap]) -> str:
    return (
        f"{_listed(found) or 'the next records'} left the topic before they landed (retention, or somebody deleted them), so nothing lands any more; "
        "if they are lost for good, go on without them: streaming_jobs/land_events.py --available-now --accept-gap"
    )
