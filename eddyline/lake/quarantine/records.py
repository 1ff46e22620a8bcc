"""The quarantined records themselves, read from their table in batches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyiceberg.catalog import Catalog
from pyiceberg.expressions import AlwaysTrue, And, BooleanExpression

from eddyline.contracts.decode import Decoded, decode
from eddyline.contracts.places import Place
from eddyline.contracts.reasons import Reason
from eddyline.contracts.tables import QUARANTINE
from eddyline.contracts.verdicts import Door, Rejected
from eddyline.lake.predicates import equal

_COLUMNS = ("kafka_topic", "kafka_partition", "kafka_offset", "stage", "reason", "detail", "event_id", "tenant", "value", "value_length", "key", "headers")
_TIMES = ("received_at", "occurred_at", "landed_at")
PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A quarantined record with its bytes."""

    place: Place
    stage: str
    reason: Reason
    detail: str | None
    event_id: str | None
    tenant: str | None
    value: bytes
    value_length: int
    key: bytes | None
    headers: str | None
    received_at: datetime
    occurred_at: datetime | None
    landed_at: datetime

    @property
    def is_whole(self) -> bool:
        """Tell whether all of the record's bytes were kept."""
        return len(self.value) == self.value_length

    def decide(self, value: bytes) -> Decoded:
        """Judge a value as it would have been judged at the record's own time and place, by the contract of now."""
        if not self.is_whole:
            return Rejected(Reason.TOO_LARGE, f"only the first {len(self.value)} of {self.value_length} bytes were kept: this record cannot be replayed")
        # What the door refused never got what the door knows; of that, the tenant alone was kept.
        door = Door(self.tenant or PUBLIC, {}, None) if self.stage == "door" else None
        return decode(value, self.event_id or self.place.event_id, self.received_at, door)


def read_records(
    catalog: Catalog, wanted: Callable[[Place], bool], *, reason: str | None = None, event_ids: frozenset[str] = frozenset()
) -> Iterator[Quarantined]:
    """Read the records whose place is wanted, in batches: any number of them needs the same memory."""
    asked: BooleanExpression = equal("reason", reason) if reason else AlwaysTrue()
    scan = catalog.load_table(QUARANTINE.identifier).scan(row_filter=asked, selected_fields=(*_COLUMNS, *_TIMES))
    for batch in scan.to_arrow_batch_reader():
        for row in batch.to_pylist():
            place = Place(row["kafka_topic"], row["kafka_partition"], row["kafka_offset"])
            if wanted(place) and (not event_ids or row["event_id"] in event_ids):
                yield _record(place, row)


def read_record(catalog: Catalog, place: Place) -> Quarantined | None:
    """Read one record by its place."""
    partition, offset = equal("kafka_partition", place.partition), equal("kafka_offset", place.offset)
    scan = catalog.load_table(QUARANTINE.identifier).scan(row_filter=And(equal("kafka_topic", place.topic), partition, offset))
    found = scan.to_arrow().to_pylist()
    return _record(place, found[0]) if found else None


def _record(place: Place, row: dict[str, Any]) -> Quarantined:
    return Quarantined(
        place,
        row["stage"],
        Reason(row["reason"]),
        row["detail"],
        row["event_id"],
        row["tenant"],
        row["value"] or b"",
        row["value_length"],
        row["key"],
        row["headers"],
        row["received_at"],
        row["occurred_at"],
        row["landed_at"],
    )
