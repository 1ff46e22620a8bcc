"""The parse of the landing job: the door's own decoder over Arrow batches, once a record."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema

from eddyline.contracts.decode import MAX_EVENT_BYTES, Accepted, Decoded, Rejected, decode
from eddyline.contracts.reasons import Reason
from eddyline.contracts.refusals import claims
from eddyline.contracts.rows import EVENT_COLUMNS, event_values
from eddyline.contracts.tables import GAME_EVENTS, QUARANTINE, ColumnType
from eddyline.contracts.topics import DETAIL, LENGTH, REASON, REPLAY_OF, SHA256, TENANT, keeps_dead_letters

Row = dict[str, Any]
MARK = ("kafka_topic", "kafka_partition", "kafka_offset")
IS_REPLAY = "is_replay"

_ARROW: dict[ColumnType, pa.DataType] = {
    "string": pa.string(),
    "int": pa.int32(),
    "long": pa.int64(),
    "double": pa.float64(),
    "timestamptz": pa.timestamp("us", tz="UTC"),
    "binary": pa.binary(),
}
# A decoded row is accepted (`reason` is null) or not, so both tables' columns share one schema. `is_replay` is true or null.
_COLUMNS = {column.name: _ARROW[column.type] for table in (QUARANTINE, GAME_EVENTS) for column in table.columns if column.name != "landed_at"}
DECODED = pa.schema(_COLUMNS | {IS_REPLAY: pa.bool_()})


def decode_records(records: DataFrame) -> DataFrame:
    """Decode each record into a row of `DECODED`: an event, or what the quarantine keeps of it."""
    return records.mapInArrow(_decode_batches, from_arrow_schema(DECODED))


def conflicting_records(records: DataFrame) -> DataFrame:
    """Turn records whose id another event holds already into quarantine rows."""
    return records.mapInArrow(_conflict_batches, from_arrow_schema(DECODED))


def _decode_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        records = _Records(batch)
        events: list[tuple[Any, ...]] = []
        places: list[int] = []
        refused: list[Row] = []
        for place, decoded in enumerate(records.decoded()):
            match decoded:
                case Accepted(event):
                    events.append(event_values(event))
                    places.append(place)
                case Rejected():
                    refused.append(_quarantined(records.at(place), "job", decoded))
                case None:
                    refused.append(_dead_letter(records.at(place)))
        yield _event_rows(events, records.marks.take(pa.array(places, pa.int64())))
        yield _quarantine_rows(refused)


def _conflict_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        records = _Records(batch)
        yield _quarantine_rows([_quarantined(records.at(place), "job", _conflict(decoded)) for place, decoded in enumerate(records.decoded())])


def _conflict(decoded: Decoded | None) -> Rejected:
    assert isinstance(decoded, Accepted), "only an accepted event can be at odds with another"
    event = decoded.event
    return Rejected(Reason.ID_CONFLICT, "another event with this id and other content came before", event.event_id, event.tenant, event.occurred_at)


class _Records:
    """Kafka's records in Arrow; only what every record needs becomes Python objects for all of them."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.batch = batch
        self.marks = batch.select(MARK).append_column(IS_REPLAY, _replays(batch.column("headers")))
        topics, partitions, offsets, values = (batch.column(name).to_pylist() for name in (*MARK, "value"))
        # numpy makes datetimes of a whole column ten times faster than Arrow, but without the zone.
        times = batch.column("recorded_at").to_numpy(zero_copy_only=False).astype("M8[us]").tolist()
        self._rows = list(zip(topics, partitions, offsets, values, times, strict=True))

    def decoded(self) -> Iterator[Decoded | None]:
        """Decode each record in order; None stands for a dead letter, which the door has decoded."""
        for topic, partition, offset, value, at in self._rows:
            yield None if keeps_dead_letters(topic) else decode(value, f"kafka:{topic}:{partition}:{offset}", at.replace(tzinfo=UTC))

    def at(self, place: int) -> Row:
        """Give a whole record by name."""
        return {name: self.batch.column(name)[place].as_py() for name in self.batch.schema.names}


def _replays(headers: pa.Array) -> pa.Array:
    # Arrow alone looks at the headers: as Python objects they would cost more than the events.
    named = pc.equal(pc.struct_field(pc.list_flatten(headers), "key"), REPLAY_OF)
    if not pc.any(named).as_py():
        return pa.nulls(len(headers), pa.bool_())
    replays = np.zeros(len(headers), dtype=bool)
    replays[pc.list_parent_indices(headers).filter(named).to_numpy()] = True
    return pa.array(replays)


def _event_rows(events: list[tuple[Any, ...]], records: pa.RecordBatch) -> pa.RecordBatch:
    columns = dict(zip(EVENT_COLUMNS, zip(*events, strict=True), strict=True)) if events else {}
    arrays = {name: pa.array(column, DECODED.field(name).type) for name, column in columns.items()}
    return _batch(arrays | {name: records.column(name) for name in records.schema.names}, len(events))


def _quarantine_rows(rows: list[Row]) -> pa.RecordBatch:
    names = rows[0] if rows else ()
    return _batch({name: pa.array([row[name] for row in rows], DECODED.field(name).type) for name in names}, len(rows))


def _batch(arrays: dict[str, pa.Array], count: int) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [arrays[field.name].cast(field.type) if field.name in arrays else pa.nulls(count, field.type) for field in DECODED], schema=DECODED
    )


def _mark(record: Row) -> Row:
    return {name: record[name] for name in MARK}


def _quarantined(record: Row, stage: str, rejected: Rejected) -> Row:
    value = record["value"]
    return _mark(record) | {
        "event_id": rejected.event_id,
        "tenant": rejected.tenant,
        "occurred_at": rejected.occurred_at,
        "stage": stage,
        "reason": rejected.reason.value,
        "detail": rejected.detail,
        "value": value and value[:MAX_EVENT_BYTES],
        "value_length": len(value or b""),
        "value_sha256": hashlib.sha256(value or b"").hexdigest(),
        "key": record["key"],
        "headers": _headers_text(record["headers"]),
        "received_at": record["recorded_at"],
    }


def _dead_letter(record: Row) -> Row:
    stated = {header["key"]: (header["value"] or b"").decode(errors="replace") for header in record["headers"] or ()}
    event_id, claimed, occurred_at = claims(record["value"] or b"")
    reason, detail = _reason(stated.get(REASON, "")), stated.get(DETAIL, "no reason was given")
    rejected = Rejected(reason, detail, event_id or stated.get("ce_id"), stated.get(TENANT, claimed), occurred_at)
    row = _quarantined(record, "door", rejected)
    length = stated.get(LENGTH, "")
    return row | {
        "value_length": int(length) if length.isdecimal() and len(length) < 19 else row["value_length"],
        "value_sha256": stated.get(SHA256, row["value_sha256"]),
    }


def _reason(text: str) -> Reason:
    try:
        return Reason(text)
    except ValueError:
        return Reason.UNSTATED


def _headers_text(headers: list[Row] | None) -> str | None:
    if not headers:
        return None
    texts: dict[str, list[str | None]] = {}
    for header in headers:
        texts.setdefault(header["key"], []).append(None if header["value"] is None else header["value"].decode(errors="backslashreplace"))
    return json.dumps({key: values[0] if len(values) == 1 else values for key, values in texts.items()})
