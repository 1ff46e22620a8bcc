"""Sends quarantined records to their topic again, each with its own id and time, and writes down every attempt."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from pyiceberg.catalog import Catalog

from eddyline.contracts.cloud_events import event_headers
from eddyline.contracts.decode import Decoded, decode, encode
from eddyline.contracts.events import GameEvent, event_type
from eddyline.contracts.reasons import Reason
from eddyline.contracts.repair.apply import gives_new_id, repair
from eddyline.contracts.repair.mapping import NO_MAPPING, Mapping
from eddyline.contracts.rows import content
from eddyline.contracts.tables import GAME_EVENTS, REPLAYS
from eddyline.contracts.topics import ATTEMPT, REPLAY_OF, input_topic
from eddyline.contracts.verdicts import Accepted, Rejected
from eddyline.errors import BrokerUnavailable, EddylineError, LeaseHeld
from eddyline.kafka.clients import connect
from eddyline.kafka.config import Bounds
from eddyline.kafka.log import Delivery, EventLog
from eddyline.lake.catalog import open_catalog
from eddyline.lake.database import open_database
from eddyline.lake.lease import Lease, Owner
from eddyline.lake.quarantine.items import EVERYTHING, Choice, Outcome, open_items
from eddyline.lake.quarantine.records import Quarantined, read_items
from eddyline.lake.resends import EventKey
from eddyline.lake.tables import create_tables, iceberg_schema
from eddyline.lake.verification.holdings import Rows, rows_of_ids
from eddyline.settings import Settings

SOURCE = b"/eddyline/quarantine"
# Sent, awaited and written down together: few enough to wait in the client, many enough that a commit and a look into the table are cheap.
RECORDS_AT_ONCE = 20_000
BYTES_AT_ONCE = 16_000_000
LEASE_S = 120.0
ACKNOWLEDGED_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Asked:
    """Which of the open records to replay, and what to do to them first."""

    choice: Choice = EVERYTHING
    mapping: Mapping = NO_MAPPING
    mapping_sha256: str | None = None
    dry_run: bool = False


@dataclass
class Replayed:
    """What became of a replay: how many were sent, how many the table had already, and how many still fail, by reason."""

    sent: int = 0
    landed: int = 0
    failed: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Judged:
    """A record with what is decided of it now; `landed` says that the table has its event, which is then not sent."""

    record: Quarantined
    decided: Decoded
    landed: bool = False

    @property
    def outcome(self) -> Outcome:
        """Name what becomes of this attempt."""
        if isinstance(self.decided, Rejected):
            return Outcome.FAILED
        return Outcome.LANDED if self.landed else Outcome.SENT


def replay(settings: Settings, asked: Asked, on_progress: Callable[[int, int], None]) -> Replayed:
    """Judge the open records again and send those that are events by now; `on_progress` gets how many of how many are done.

    Raises LeaseHeld while another replay runs, BrokerUnavailable when the topic does not take them: run it again, nothing doubles.
    """
    with ExitStack() as held:
        catalog = held.enter_context(closing(open_catalog(settings.lake)))
        create_tables(catalog, [REPLAYS])
        if asked.dry_run:
            return _Replay(settings, asked, catalog).run(on_progress)
        lease = held.enter_context(_lease(settings, held))
        log = held.enter_context(closing(connect(settings.kafka, Bounds(ack_timeout_ms=int(ACKNOWLEDGED_WITHIN_S * 1000)))))
        return _Replay(settings, asked, catalog, lease, log).run(on_progress)


def _lease(settings: Settings, held: ExitStack) -> Lease:
    database = open_database(settings.lake.catalog_uri)
    held.callback(database.dispose)
    lease = Lease(database, (REPLAYS.identifier,), Owner.of(os.getpid()), LEASE_S)
    try:
        lease.acquire()
    except LeaseHeld as error:
        raise LeaseHeld("another replay runs on this lake: wait until it has ended, then run this one again") from error
    return lease


@dataclass
class _Replay:
    settings: Settings
    asked: Asked
    catalog: Catalog
    lease: Lease | None = None
    log: EventLog | None = None
    replayed: Replayed = field(default_factory=Replayed)

    def run(self, on_progress: Callable[[int, int], None]) -> Replayed:
        waiting = open_items(self.settings, self.asked.choice)
        done = 0
        for records in _together(read_items(self.catalog, waiting)):
            judged = self._judge(records)
            if self.lease and self.log:
                self.lease.renew()
                self._send(judged, self.log)
            self._count(judged)
            done += len(records)
            on_progress(done, waiting.num_rows)
        return self.replayed

    def _judge(self, records: Sequence[Quarantined]) -> list[Judged]:
        decided = [(record, decide(record, self.asked.mapping)) for record in records]
        keys = {_key(each.event) for _, each in decided if isinstance(each, Accepted)}
        held = rows_of_ids(self.catalog, GAME_EVENTS, keys)
        return [_compared(record, each, held) for record, each in decided]

    def _count(self, judged: Sequence[Judged]) -> None:
        outcomes = Counter(each.outcome for each in judged)
        self.replayed.sent += outcomes[Outcome.SENT]
        self.replayed.landed += outcomes[Outcome.LANDED]
        self.replayed.failed.update(each.decided.reason.value for each in judged if isinstance(each.decided, Rejected))

    def _send(self, judged: Sequence[Judged], log: EventLog) -> None:
        attempts: list[dict[str, Any]] = []
        try:  # what was acknowledged before an error is written down, too
            deliveries = [_append(each, log) for each in judged]
            for each, delivery in zip(judged, deliveries, strict=True):
                attempts.append(self._attempt(each, delivery))
        finally:
            self._write_down(attempts)

    def _attempt(self, judged: Judged, delivery: Delivery | None) -> dict[str, Any]:
        place = judged.record.place
        row = {
            "kafka_topic": place.topic,
            "kafka_partition": place.partition,
            "kafka_offset": place.offset,
            "attempt": judged.record.attempts + 1,
            "outcome": judged.outcome.value,
            "landed_at": datetime.now(UTC),
            "mapping_sha256": self.asked.mapping_sha256,
        }
        match judged.decided:
            case Rejected() as rejected:
                return row | {"reason": rejected.reason.value, "detail": rejected.detail}
            case Accepted(event):
                return row | {"tenant": event.tenant, "event_id": event.event_id} | (_sent(delivery) if delivery else {})

    def _write_down(self, attempts: Sequence[dict[str, Any]]) -> None:
        if attempts:
            schema = iceberg_schema(REPLAYS).as_arrow()
            self.catalog.load_table(REPLAYS.identifier).append(pa.Table.from_pylist(list(attempts), schema=schema))


def decide(record: Quarantined, mapping: Mapping) -> Decoded:
    """Judge a record by the contract of now and a mapping: as of its own time, and so that the landing job will say the same."""
    decided = repair(record.value, mapping, record.decide)
    if isinstance(decided, Rejected):
        return decided
    if record.reason is Reason.ID_CONFLICT and gives_new_id(mapping, event_type(decided.event)):
        decided.event.event_id = record.place.event_id
    # The job judges what is sent by the time at which it is sent: what was received 400 days ago is too old.
    again = decode(encode(decided.event), "", datetime.now(UTC))
    return again if isinstance(again, Rejected) else decided


def _together(records: Iterable[Quarantined]) -> Iterator[list[Quarantined]]:
    batch: list[Quarantined] = []
    size = 0
    for record in records:
        batch.append(record)
        size += len(record.value)
        if len(batch) == RECORDS_AT_ONCE or size >= BYTES_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _key(event: GameEvent) -> EventKey:
    assert event.event_id is not None
    return event.tenant, event.event_id


def _compared(record: Quarantined, decided: Decoded, held: Rows) -> Judged:
    if isinstance(decided, Rejected) or not (rows := held.get(_key(decided.event))):
        return Judged(record, decided)
    if content(decided.event) in rows.values():
        return Judged(record, decided, landed=True)
    conflict = "another event with this id and other content has landed; a mapping with new_event_id gives this one an id of its own"
    return Judged(record, Rejected(Reason.ID_CONFLICT, conflict))


def _append(judged: Judged, log: EventLog) -> Delivery | None:
    if isinstance(judged.decided, Rejected) or judged.landed:
        return None
    event, place = judged.decided.event, judged.record.place
    headers = [*event_headers(SOURCE, event), (REPLAY_OF, str(place).encode()), (ATTEMPT, str(judged.record.attempts + 1).encode())]
    return log.append(input_topic(place.topic), event.user_id.encode(), encode(event), headers)


def _sent(delivery: Delivery) -> dict[str, Any]:
    try:
        partition, offset = delivery.result(ACKNOWLEDGED_WITHIN_S)
    except EddylineError as error:
        raise BrokerUnavailable(f"the topic did not take every record ({error}); run the replay again: what was sent is recognised") from error
    return {"replay_partition": partition, "replay_offset": offset}


def sha256_of(text: bytes) -> str:
    """Name a mapping file by its content."""
    return hashlib.sha256(text).hexdigest()
