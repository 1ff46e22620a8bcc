"""The quarantined records themselves, read from their table in batches."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.expressions import And

from eddyline.contracts.decode import Decoded, decode
from eddyline.contracts.places import Place
from eddyline.contracts.reasons import Reason
from eddyline.contracts.tables import QUARANTINE
from eddyline.contracts.topics import TENANT
from eddyline.contracts.verdicts import Door, Rejected
from eddyline.lake import sources
from eddyline.lake.predicates import equal

PUBLIC = "public"
# Of each batch some thousand records are Python objects at a time, however many there are.
BATCH_ROWS = 2_000
# What the door says of its clock counts only where the broker's is near.
_SAME_CLOCK = timedelta(days=1)

_COLUMNS = ("stage", "detail", "event_id", "tenant", "value", "value_length", "key", "headers", "received_at", "occurred_at", "landed_at")
_ITEMS = f"""
SELECT i.kafka_topic, i.kafka_partition, i.kafka_offset, i.attempts, i.reason, {", ".join(f"q.{name}" for name in _COLUMNS)}
FROM {QUARANTINE.identifier} q JOIN items i USING (kafka_topic, kafka_partition, kafka_offset)
"""  # noqa: S608 - every name is a contract's


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A quarantined record with its bytes; `reason` is the one for which it fails by now, after `attempts` replays."""

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
    attempts: int = 0

    @property
    def is_whole(self) -> bool:
        """Tell whether all of the record's bytes were kept."""
        return len(self.value) == self.value_length

    def decide(self, value: bytes) -> Decoded:
        """Judge a value as it would have been judged at the record's own time and place, by the contract of now."""
        if not self.is_whole:
            return Rejected(Reason.TOO_LARGE, f"only the first {len(self.value)} of {self.value_length} bytes were kept: this record cannot be replayed")
        default_id = self.event_id or self.place.event_id
        if self.stage != "door":
            return decode(value, default_id, self.received_at)
        stated = _stated(self.headers)
        # What the client says of its tenant and headers does not count: the credential's tenant does, which the door wrote down.
        return decode(value, default_id, self._door_time(stated), Door(stated.get(TENANT) or PUBLIC, {}, None))

    def _door_time(self, stated: dict[str, str]) -> datetime:
        try:
            at = datetime.fromisoformat(stated.get("ce_time", ""))
            return at if abs(at - self.received_at) <= _SAME_CLOCK else self.received_at
        except (ValueError, TypeError, OverflowError):
            return self.received_at


def read_items(catalog: Catalog, items: pa.Table) -> Iterator[Quarantined]:
    """Read the records of items in batches: any number of them needs the same memory, beside some bytes an item."""
    if not items.num_rows:
        return
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
        # Left to itself it may gather the values, not the items: 650 MB for a million records.
        connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        sources.add_table(connection, catalog, QUARANTINE.namespace, QUARANTINE.name)
        connection.register("items", items)
        for batch in connection.sql(_ITEMS).to_arrow_reader(BATCH_ROWS):
            yield from (_record(row) for row in batch.to_pylist())


def read_record(catalog: Catalog, place: Place) -> Quarantined | None:
    """Read one record by its place, as it was refused."""
    partition, offset = equal("kafka_partition", place.partition), equal("kafka_offset", place.offset)
    scan = catalog.load_table(QUARANTINE.identifier).scan(row_filter=And(equal("kafka_topic", place.topic), partition, offset))
    found = scan.to_arrow().to_pylist()
    return _record(found[0]) if found else None


def _record(row: dict[str, Any]) -> Quarantined:
    place = Place(row["kafka_topic"], int(row["kafka_partition"]), int(row["kafka_offset"]))
    rest = {name: row[name] for name in _COLUMNS} | {"value": row["value"] or b"", "attempts": int(row.get("attempts", 0))}
    return Quarantined(place=place, reason=_reason(row["reason"]), **rest)


def _reason(word: str) -> Reason:
    return Reason(word) if word in set(Reason) else Reason.UNSTATED


def _stated(headers: str | None) -> dict[str, str]:
    try:
        read = json.loads(headers or "{}")
    except ValueError:
        return {}
    return {name: value for name, value in read.items() if isinstance(value, str)} if isinstance(read, dict) else {}
