"""The quarantine's items: each refused record once, whatever became of the attempts to replay it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import pyarrow as pa

from eddyline.contracts.places import Place
from eddyline.contracts.tables import GAME_EVENTS, QUARANTINE, REPLAYS
from eddyline.contracts.topics import REPLAY_OF
from eddyline.lake.queries import run_query
from eddyline.settings import Settings


class State(StrEnum):
    """Where an item is."""

    OPEN = "open"
    """In the quarantine, never sent again or refused again."""
    SENT = "sent"
    """On its topic again, and not decided yet."""
    REPAIRED = "repaired"
    """Its event is in its table."""


class Outcome(StrEnum):
    """What became of one attempt to replay a record."""

    SENT = "sent"
    FAILED = "failed"


# A replayed record that was refused again has a row of its own: it is an attempt of the first row's item, not an item.
_ITEMS = f"""
WITH attempts AS (
    SELECT kafka_topic, kafka_partition, kafka_offset, max(attempt) AS attempts
    FROM {REPLAYS.identifier}
    GROUP BY kafka_topic, kafka_partition, kafka_offset
), latest AS (
    SELECT r.*, a.attempts
    FROM {REPLAYS.identifier} r
    JOIN attempts a ON a.kafka_topic = r.kafka_topic AND a.kafka_partition = r.kafka_partition AND a.kafka_offset = r.kafka_offset AND a.attempts = r.attempt
), landed AS (
    SELECT DISTINCT l.tenant, l.event_id
    FROM latest l
    JOIN {GAME_EVENTS.identifier} e ON e.tenant = l.tenant AND e.event_id = l.event_id
), items AS (
    SELECT
        q.kafka_topic, q.kafka_partition, q.kafka_offset, q.stage, q.event_id, q.tenant, q.received_at, q.value_length,
        coalesce(l.attempts, 0) AS attempts,
        coalesce(again.reason, l.reason, q.reason) AS reason,
        coalesce(again.detail, l.detail, q.detail) AS detail,
        CASE
            WHEN l.outcome = '{Outcome.SENT.value}' AND again.reason IS NULL AND e.event_id IS NOT NULL THEN '{State.REPAIRED.value}'
            WHEN l.outcome = '{Outcome.SENT.value}' AND again.reason IS NULL THEN '{State.SENT.value}'
            ELSE '{State.OPEN.value}'
        END AS state
    FROM {QUARANTINE.identifier} q
    LEFT JOIN latest l ON l.kafka_topic = q.kafka_topic AND l.kafka_partition = q.kafka_partition AND l.kafka_offset = q.kafka_offset
    LEFT JOIN {QUARANTINE.identifier} again
        ON again.kafka_topic = replace(q.kafka_topic, '.dlq', '')
        AND again.kafka_partition = l.replay_partition AND again.kafka_offset = l.replay_offset
    LEFT JOIN landed e ON e.tenant = l.tenant AND e.event_id = l.event_id
    WHERE strpos(coalesce(q.headers, ''), '"{REPLAY_OF}"') = 0
)
"""  # noqa: S608 - every name is a contract's
_BY_REASON = """
SELECT reason, stage, state, count(*) AS records, max(attempts) AS attempts, min(received_at) AS first_at, max(received_at) AS last_at,
    min_by(kafka_topic, kafka_offset) AS kafka_topic, min_by(kafka_partition, kafka_offset) AS kafka_partition, min(kafka_offset) AS kafka_offset,
    min_by(detail, kafka_offset) AS detail
FROM items
GROUP BY reason, stage, state
ORDER BY state, records DESC, reason, stage
"""
_OPEN = "SELECT kafka_topic, kafka_partition, kafka_offset, attempts FROM items WHERE state = 'open'"


@dataclass(frozen=True, slots=True)
class Group:
    """Items of one reason, stage and state, with one of them as an example."""

    reason: str
    stage: str
    state: State
    records: int
    attempts: int
    first_at: datetime
    last_at: datetime
    example: Place
    detail: str | None


def groups(settings: Settings) -> list[Group]:
    """Count the items by reason, stage and state, the most first; open ones before the others."""
    return [_group(row) for row in run_query(_ITEMS + _BY_REASON, settings).to_pylist()]


def open_items(settings: Settings) -> dict[Place, int]:
    """Map the place of each open item to how many attempts it has had."""
    return {place: int(row["attempts"]) for place, row in _placed(run_query(_ITEMS + _OPEN, settings))}


def attempts_of(settings: Settings, place: Place) -> list[dict[str, Any]]:
    """List the attempts to replay a record, the first one first."""
    at = f"kafka_topic = '{place.topic}' AND kafka_partition = {place.partition} AND kafka_offset = {place.offset}"
    return list(run_query(f"SELECT * FROM {REPLAYS.identifier} WHERE {at} ORDER BY attempt", settings).to_pylist())  # noqa: S608 - a place spells no quote


def state_of(settings: Settings, place: Place) -> dict[str, Any] | None:
    """Give an item's state, reason and number of attempts by now; None where no item has this place."""
    at = f"kafka_topic = '{place.topic}' AND kafka_partition = {place.partition} AND kafka_offset = {place.offset}"
    found = run_query(f"{_ITEMS} SELECT * FROM items WHERE {at}", settings).to_pylist()  # noqa: S608 - as above
    return found[0] if found else None


def _group(row: dict[str, Any]) -> Group:
    example = Place(row["kafka_topic"], int(row["kafka_partition"]), int(row["kafka_offset"]))
    counts = int(row["records"]), int(row["attempts"])
    return Group(row["reason"], row["stage"], State(row["state"]), *counts, row["first_at"], row["last_at"], example, row["detail"])


def _placed(rows: pa.Table) -> Iterator[tuple[Place, dict[str, Any]]]:
    for row in rows.to_pylist():
        yield Place(row["kafka_topic"], int(row["kafka_partition"]), int(row["kafka_offset"])), row
