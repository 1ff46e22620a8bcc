"""The parse of the landing job: the door's own decoder over Arrow batches, once a record."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema

from eddyline.contracts.decode import MAX_EVENT_BYTES, Accepted, Rejected, decode
from eddyline.contracts.reasons import Reason
from eddyline.contracts.rows import event_row
from eddyline.contracts.tables import GAME_EVENTS, QUARANTINE, ColumnType
from eddyline.contracts.topics import DETAIL, LENGTH, REASON, SHA256, keeps_dead_letters

Row = dict[str, Any]

_ARROW: dict[ColumnType, pa.DataType] = {
    "string": pa.string(),
    "int": pa.int32(),
    "long": pa.int64(),
    "double": pa.float64(),
    "timestamptz": pa.timestamp("us", tz="UTC"),
    "binary": pa.binary(),
}
# A decoded row is accepted (`reason` is null) or not, so both tables' columns share one schema.
DECODED = pa.schema({column.name: _ARROW[column.type] for table in (QUARANTINE, GAME_EVENTS) for column in table.columns if column.name != "landed_at"})


def decode_records(records: DataFrame) -> DataFrame:
    """Decode each record into a row of `DECODED`: an event, or what the quarantine keeps of it."""
    return records.mapInArrow(_decode_batches, from_arrow_schema(DECODED))


def conflicting_records(records: DataFrame) -> DataFrame:
    """Turn records whose id another event holds already into quarantine rows."""
    return records.mapInArrow(_conflict_batches, from_arrow_schema(DECODED))


def _decode_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield _columns([_decode_record(record) for record in _records(batch)])


def _conflict_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    conflict = Rejected(Reason.ID_CONFLICT, "another event with this id and other content came before")
    for batch in batches:
        yield _columns([_quarantined(record, "job", conflict) for record in _records(batch)])


def _records(batch: pa.RecordBatch) -> Iterator[Row]:
    names = batch.schema.names
    for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
        yield dict(zip(names, values, strict=True))


def _columns(rows: list[Row]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([row.get(field.name) for row in rows], field.type) for field in DECODED], schema=DECODED)


def _decode_record(record: Row) -> Row:
    if keeps_dead_letters(record["kafka_topic"]):
        return _dead_letter(record)
    match decode(record["value"], _default_id(record), record["recorded_at"]):
        case Accepted(event):
            return event_row(event) | _mark(record)
        case Rejected() as rejected:
            return _quarantined(record, "job", rejected)


def _default_id(record: Row) -> str:
    return f"kafka:{record['kafka_topic']}:{record['kafka_partition']}:{record['kafka_offset']}"


def _mark(record: Row) -> Row:
    return {"kafka_topic": record["kafka_topic"], "kafka_partition": record["kafka_partition"], "kafka_offset": record["kafka_offset"]}


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
    rejected = Rejected(_reason(stated.get(REASON, "")), stated.get(DETAIL, "no reason was given"), event_id=stated.get("ce_id"))
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
