"""Sends quarantined records to their topic again, each with its own id and time, and writes down every attempt."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pyarrow as pa
from pyiceberg.catalog import Catalog
from sqlalchemy import create_engine

from eddyline.contracts.cloud_events import event_headers
from eddyline.contracts.decode import Decoded, encode
from eddyline.contracts.events import GameEvent, event_type
from eddyline.contracts.places import Place
from eddyline.contracts.reasons import Reason
from eddyline.contracts.repair.apply import gives_new_id, repair
from eddyline.contracts.repair.mapping import NO_MAPPING, Mapping
from eddyline.contracts.tables import REPLAYS
from eddyline.contracts.topics import ATTEMPT, REPLAY_OF, input_topic
from eddyline.contracts.verdicts import Accepted, Rejected
from eddyline.errors import BrokerUnavailable, EddylineError
from eddyline.kafka.clients import connect
from eddyline.kafka.config import Bounds
from eddyline.kafka.log import Delivery, EventLog
from eddyline.lake.catalog import open_catalog
from eddyline.lake.lease import Lease, Owner
from eddyline.lake.quarantine.items import Outcome, open_items
from eddyline.lake.quarantine.records import Quarantined, read_records
from eddyline.lake.tables import create_tables, iceberg_schema
from eddyline.settings import Settings

SOURCE = b"/eddyline/quarantine"
AT_ONCE = 2_000
LEASE_S = 120.0
ACKNOWLEDGED_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Asked:
    """Which of the open records to replay, and what to do to them first."""

    reason: str | None = None
    event_ids: frozenset[str] = frozenset()
    places: frozenset[Place] = frozenset()
    mapping: Mapping = NO_MAPPING
    mapping_sha256: str | None = None
    dry_run: bool = False


@dataclass
class Replayed:
    """What became of a replay: how many were sent, and how many still fail, by reason."""

    sent: int = 0
    failed: Counter[str] = field(default_factory=Counter)


def replay(settings: Settings, asked: Asked, on_progress: Callable[[int, int], None]) -> Replayed:
    """Judge the open records again and send those that are events by now; `on_progress` gets how many of how many are done.

    Raises LeaseHeld while another replay runs, BrokerUnavailable when the topic does not take them: run it again, nothing doubles.
    """
    with ExitStack() as held:
        catalog = held.enter_context(closing(open_catalog(settings.lake)))
        create_tables(catalog, [REPLAYS])
        database = create_engine(settings.lake.catalog_uri)
        held.callback(database.dispose)
        lease = held.enter_context(Lease(database, (REPLAYS.identifier,), Owner.of(os.getpid()), LEASE_S))
        log = held.enter_context(closing(connect(settings.kafka, Bounds(ack_timeout_ms=int(ACKNOWLEDGED_WITHIN_S * 1000)))))
        return _Replay(settings, asked, catalog, lease, log).run(on_progress)


@dataclass(frozen=True, slots=True)
class _Judged:
    record: Quarantined
    attempt: int
    decided: Decoded


@dataclass
class _Replay:
    settings: Settings
    asked: Asked
    catalog: Catalog
    lease: Lease
    log: EventLog
    replayed: Replayed = field(default_factory=Replayed)

    def run(self, on_progress: Callable[[int, int], None]) -> Replayed:
        waiting = open_items(self.settings)
        records_left = self._records(waiting)
        done, total = 0, len(waiting)
        while records := list(islice(records_left, AT_ONCE)):
            self.lease.renew()
            self._replay([_Judged(record, 1 + waiting[record.place], self._decide(record)) for record in records])
            done += len(records)
            on_progress(done, total)
        return self.replayed

    def _records(self, waiting: dict[Place, int]) -> Iterator[Quarantined]:
        places = self.asked.places
        return read_records(
            self.catalog, lambda place: place in waiting and (not places or place in places), reason=self.asked.reason, event_ids=self.asked.event_ids
        )

    def _decide(self, record: Quarantined) -> Decoded:
        decided = repair(record.value, self.asked.mapping, record.decide)
        if record.reason is not Reason.ID_CONFLICT or isinstance(decided, Rejected):
            return decided
        event = decided.event
        if not gives_new_id(self.asked.mapping, event_type(event)):
            return Rejected(Reason.ID_CONFLICT, "another event has this id; a mapping with new_event_id gives it one of its own")
        event.event_id = record.place.event_id
        return decided

    def _replay(self, judged: Sequence[_Judged]) -> None:
        self.replayed.sent += sum(isinstance(each.decided, Accepted) for each in judged)
        self.replayed.failed.update(each.decided.reason.value for each in judged if isinstance(each.decided, Rejected))
        if self.asked.dry_run:
            return
        deliveries = [self._send(each) for each in judged]
        attempts: list[dict[str, Any]] = []
        try:  # what was acknowledged before an error is written down, too
            for each, delivery in zip(judged, deliveries, strict=True):
                attempts.append(self._attempt(each, delivery))
        finally:
            self._write_down(attempts)

    def _send(self, judged: _Judged) -> Delivery | None:
        if isinstance(judged.decided, Rejected):
            return None
        event, record = judged.decided.event, judged.record
        headers = [*event_headers(SOURCE, event), (REPLAY_OF, str(record.place).encode()), (ATTEMPT, str(judged.attempt).encode())]
        return self.log.append(input_topic(record.place.topic), event.user_id.encode(), encode(event), headers)

    def _attempt(self, judged: _Judged, delivery: Delivery | None) -> dict[str, Any]:
        place = judged.record.place
        row = {
            "kafka_topic": place.topic,
            "kafka_partition": place.partition,
            "kafka_offset": place.offset,
            "attempt": judged.attempt,
            "landed_at": datetime.now(UTC),
            "mapping_sha256": self.asked.mapping_sha256,
        }
        match judged.decided:
            case Rejected() as rejected:
                return row | {"outcome": Outcome.FAILED.value, "reason": rejected.reason.value, "detail": rejected.detail}
            case Accepted(event):
                assert delivery is not None
                return row | {"outcome": Outcome.SENT.value, **_sent(event, delivery)}

    def _write_down(self, attempts: Sequence[dict[str, Any]]) -> None:
        if attempts:
            schema = iceberg_schema(REPLAYS).as_arrow()
            self.catalog.load_table(REPLAYS.identifier).append(pa.Table.from_pylist(list(attempts), schema=schema))


def _sent(event: GameEvent, delivery: Delivery) -> dict[str, Any]:
    try:
        partition, offset = delivery.result(ACKNOWLEDGED_WITHIN_S)
    except EddylineError as error:
        raise BrokerUnavailable(f"the topic did not take every record ({error}); run the replay again: what was sent is recognised") from error
    return {"tenant": event.tenant, "event_id": event.event_id, "replay_partition": partition, "replay_offset": offset}


def sha256_of(text: bytes) -> str:
    """Name a mapping file by its content."""
    return hashlib.sha256(text).hexdigest()
