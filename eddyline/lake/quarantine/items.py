"""The quarantine's items: each refused record once, whatever became of the attempts to replay it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pyarrow as pa

from eddyline.contracts.places import Place
from eddyline.contracts.tables import ERASED, GAME_EVENTS, QUARANTINE, REPLAYS
from eddyline.lake.catalog import open_catalog
from eddyline.lake.dialect.words import literal
from eddyline.lake.queries import run_query
from eddyline.lake.tables import create_tables
from eddyline.settings import Settings


class State(StrEnum):
    """Where an item is."""

    OPEN = "open"
    """In the quarantine, never sent again or refused again."""
    SENT = "sent"
    """On its topic again, and not decided yet."""
    REPAIRED = "repaired"
    """Its event is in its table, or was until it was erased."""


class Outcome(StrEnum):
    """What became of one attempt to replay a record."""

    SENT = "sent"
    FAILED = "failed"
    LANDED = "landed"
    """Nothing was sent: the table had this event already."""


# A replayed record that was refused again has a row of its own: it is an attempt of the first row's item, not an item.
_ITEMS = f"""
WITH replays AS (
    SELECT r.*, replace(kafka_topic, '.dlq', '') AS replay_topic FROM {REPLAYS.identifier} r
), attempts AS (
    SELECT kafka_topic, kafka_partition, kafka_offset, max(attempt) AS attempts
    FROM replays
    GROUP BY kafka_topic, kafka_partition, kafka_offset
), latest AS (
    SELECT r.*, a.attempts
    FROM replays r
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
            WHEN again.reason IS NOT NULL OR l.outcome IS NULL OR l.outcome = '{Outcome.FAILED.value}' THEN '{State.OPEN.value}'
            WHEN l.outcome = '{Outcome.LANDED.value}' OR e.event_id IS NOT NULL OR gone.kafka_offset IS NOT NULL THEN '{State.REPAIRED.value}'
            ELSE '{State.SENT.value}'
        END AS state
    FROM {QUARANTINE.identifier} q
    LEFT JOIN latest l ON l.kafka_topic = q.kafka_topic AND l.kafka_partition = q.kafka_partition AND l.kafka_offset = q.kafka_offset
    LEFT JOIN {QUARANTINE.identifier} again
        ON again.kafka_topic = l.replay_topic AND again.kafka_partition = l.replay_partition AND again.kafka_offset = l.replay_offset
    LEFT JOIN landed e ON e.tenant = l.tenant AND e.event_id = l.event_id
    LEFT JOIN {ERASED.identifier} gone
        ON gone.table_name = '{GAME_EVENTS.identifier}' AND gone.kafka_topic = l.replay_topic
        AND gone.kafka_partition = l.replay_partition AND l.replay_offset BETWEEN coalesce(gone.first_offset, gone.kafka_offset) AND gone.kafka_offset
    LEFT JOIN replays sent
        ON sent.replay_topic = q.kafka_topic AND sent.replay_partition = q.kafka_partition AND sent.replay_offset = q.kafka_offset
    WHERE sent.attempt IS NULL
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


@dataclass(frozen=True, slots=True)
class Choice:
    """Which items: those that fail for this reason by now, came since then, have one of these ids or stand at one of these places."""

    reason: str | None = None
    since: datetime | None = None
    event_ids: frozenset[str] = frozenset()
    places: frozenset[Place] = frozenset()

    @property
    def condition(self) -> str:
        """Say the choice in SQL."""
        parts = [f"reason = {literal(self.reason)}"] if self.reason else []
        if self.since:
            parts.append(f"received_at >= TIMESTAMP '{self.since.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC'")
        named = [f"event_id IN ({', '.join(map(literal, sorted(self.event_ids)))})"] if self.event_ids else []
        named += [_at(place) for place in sorted(self.places)]
        return " AND ".join([*parts, *([f"({' OR '.join(named)})"] if named else [])]) or "true"


EVERYTHING = Choice()


def groups(settings: Settings) -> list[Group]:
    """Count the items by reason, stage and state, the most first; open ones before the others."""
    return [_group(row) for row in _ask(settings, _ITEMS + _BY_REASON).to_pylist()]


def open_items(settings: Settings, choice: Choice = EVERYTHING, limit: int | None = None) -> pa.Table:
    """List the open items: kafka_topic, kafka_partition, kafka_offset, attempts, and the reason for which each fails by now."""
    wanted = f"SELECT kafka_topic, kafka_partition, kafka_offset, attempts, reason FROM items WHERE state = '{State.OPEN.value}' AND {choice.condition}"  # noqa: S608 - quoted
    return _ask(settings, f"{_ITEMS} {wanted}" + (f" LIMIT {limit}" if limit else ""))


def repaired(settings: Settings) -> int:
    """Count the quarantined records whose events have landed since."""
    with closing(open_catalog(settings.lake)) as catalog:
        if not catalog.table_exists(REPLAYS.identifier) or catalog.load_table(REPLAYS.identifier).current_snapshot() is None:
            return 0
    return sum(group.records for group in groups(settings) if group.state is State.REPAIRED)


def attempts_of(settings: Settings, place: Place) -> list[dict[str, Any]]:
    """List the attempts to replay a record, the first one first."""
    return list(_ask(settings, f"SELECT * FROM {REPLAYS.identifier} WHERE {_at(place)} ORDER BY attempt").to_pylist())  # noqa: S608 - quoted


def state_of(settings: Settings, place: Place) -> dict[str, Any] | None:
    """Give an item's state, reason and number of attempts by now; None where no item has this place."""
    found = _ask(settings, f"{_ITEMS} SELECT * FROM items WHERE {_at(place)}").to_pylist()  # noqa: S608 - quoted
    return found[0] if found else None


def _ask(settings: Settings, sql: str) -> pa.Table:
    with closing(open_catalog(settings.lake)) as catalog:
        # A state folder of before the first replay has no such table.
        if catalog.table_exists(QUARANTINE.identifier):
            create_tables(catalog, [REPLAYS, ERASED])
    return run_query(sql, settings)


def _at(place: Place) -> str:
    return f"(kafka_topic = {literal(place.topic)} AND kafka_partition = {place.partition} AND kafka_offset = {place.offset})"


def _group(row: dict[str, Any]) -> Group:
    example = Place(row["kafka_topic"], int(row["kafka_partition"]), int(row["kafka_offset"]))
    counts = int(row["records"]), int(row["attempts"])
    return Group(row["reason"], row["stage"], State(row["state"]), *counts, row["first_at"], row["last_at"], example, row["detail"])


def places(items: pa.Table) -> Iterator[Place]:
    """Give the places of items."""
    for topic, partition, offset in zip(*(items[name].to_pylist() for name in ("kafka_topic", "kafka_partition", "kafka_offset")), strict=True):
        yield Place(topic, partition, offset)
