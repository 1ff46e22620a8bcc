"""What the tables hold of a topic: offsets as arrays, and ids that stand twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.expressions import AlwaysTrue, And, BooleanExpression, Or
from tenacity import retry, retry_if_exception_type, stop_after_attempt

from eddyline.contracts.rows import CONTENT_COLUMNS
from eddyline.contracts.tables import ERASED, GAME_EVENTS, GAPS, QUARANTINE, Table
from eddyline.contracts.topics import EVENTS, Topic, keeps_dead_letters
from eddyline.lake import sources
from eddyline.lake.floors import erased_offsets
from eddyline.lake.predicates import equal
from eddyline.lake.resends import EventKey
from eddyline.lake.verification.accounting import Held, Offsets

MOST_REPEATED_IDS = 1000

Place = tuple[int, int]
"""Where a record stands in its topic: (partition, offset)."""
Rows = dict[EventKey, dict[Place, tuple[Any, ...]]]
"""The contents of events by identity, and by the place each row came from."""

# Between planning and reading a compaction may remove a file; the present snapshot then has others.
_once_more = retry(retry=retry_if_exception_type((OSError, duckdb.IOException)), stop=stop_after_attempt(3), reraise=True)


@dataclass(frozen=True, slots=True)
class Route:
    """A topic and the table its records land in; dead letters land in no table but the quarantine."""

    topic: Topic
    table: Table | None

    @property
    def stage(self) -> str:
        """Name who refuses records of this topic."""
        return "door" if keeps_dead_letters(self.topic.name) else "job"


ROUTES = (Route(EVENTS, GAME_EVENTS), Route(EVENTS.dead_letters, None))


@dataclass(frozen=True, slots=True)
class RepeatedId:
    """An event id with more than one row in a table, and where each row came from."""

    tenant: str
    event_id: str
    places: tuple[Place, ...]


def read_holdings(catalog: Catalog, route: Route) -> dict[int, Held]:
    """Map each partition of a topic to the offsets that the tables hold of it."""
    of_topic = equal("kafka_topic", route.topic.name)
    landed = _offsets(catalog, route.table) if route.table else {}
    quarantined = _offsets(catalog, QUARANTINE, And(of_topic, equal("stage", route.stage)))
    # What was deleted from a filtered copy, or given up for it, says nothing of the table itself.
    of_table = equal("table_name", route.table.identifier) if route.table else AlwaysTrue()
    erased = _runs(catalog, ERASED, And(of_topic, Or(of_table, equal("table_name", QUARANTINE.identifier))))
    given_up = _runs(catalog, GAPS, And(of_topic, of_table))
    kinds, nothing = (landed, quarantined, erased, given_up), Held().landed
    return {each: Held(*(kind.get(each, nothing) for kind in kinds)) for each in set().union(*kinds)}


def snapshots(catalog: Catalog, routes: Sequence[Route]) -> tuple[int | None, ...]:
    """Name the present state of the tables: equal as long as nothing was committed."""
    tables = [route.table for route in routes if route.table]
    return tuple(_snapshot(catalog, table) for table in (*tables, QUARANTINE, ERASED))


@_once_more
def repeated_ids(catalog: Catalog, table: Table, horizon: timedelta) -> list[RepeatedId]:
    """List the ids with rows from several records that landed within `horizon` of each other, the first thousand."""
    if _snapshot(catalog, table) is None:
        return []
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        sources.add_table(connection, catalog, table.namespace, table.name)
        rows = connection.execute(_REPEATED.format(table=table.identifier)).fetchall()
    return list(_within(rows, horizon))


@_once_more
def rows_of_ids(catalog: Catalog, table: Table, keys: set[EventKey]) -> Rows:
    """Map those of the ids that the table holds to the places and contents of their rows."""
    found: Rows = {}
    if not keys or _snapshot(catalog, table) is None:
        return found
    tenants, event_ids = zip(*keys, strict=True)
    with duckdb.connect() as connection:
        sources.add_table(connection, catalog, table.namespace, table.name)
        connection.register("asked", pa.table({"tenant": pa.array(tenants, pa.string()), "event_id": pa.array(event_ids, pa.string())}))
        for tenant, event_id, partition, offset, *content in connection.execute(_ROWS.format(table=table.identifier)).fetchall():
            found.setdefault((tenant, event_id), {})[partition, offset] = tuple(content)
    return found


# 64-bit hashes first: grouping millions of ids by their text would take ten times the memory.
_REPEATED = f"""
WITH suspects AS (SELECT hash(tenant, event_id) AS id FROM {{table}} GROUP BY id HAVING count(*) > 1)
SELECT tenant, event_id, list((kafka_partition, kafka_offset, landed_at) ORDER BY landed_at, kafka_partition, kafka_offset)
FROM {{table}} WHERE hash(tenant, event_id) IN (SELECT id FROM suspects)
GROUP BY tenant, event_id HAVING count(DISTINCT (kafka_partition, kafka_offset)) > 1
ORDER BY min(kafka_offset) LIMIT {MOST_REPEATED_IDS}
"""  # noqa: S608 - the table's name is a contract's

_ROWS = f"SELECT tenant, event_id, kafka_partition, kafka_offset, {', '.join(CONTENT_COLUMNS)} FROM {{table}} SEMI JOIN asked USING (tenant, event_id)"  # noqa: S608 - as above


def _within(rows: list[Any], horizon: timedelta) -> Iterator[RepeatedId]:
    for tenant, event_id, copies in rows:
        if any(later[2] - earlier[2] <= horizon for earlier, later in pairwise(copies)):
            yield RepeatedId(tenant, event_id, tuple((partition, offset) for partition, offset, _ in copies))


def _snapshot(catalog: Catalog, table: Table) -> int | None:
    try:
        snapshot = catalog.load_table(table.identifier).current_snapshot()
    except NoSuchTableError:
        return None
    return snapshot.snapshot_id if snapshot else None


@_once_more
def _offsets(catalog: Catalog, table: Table, wanted: BooleanExpression | None = None) -> dict[int, Offsets]:
    if _snapshot(catalog, table) is None:
        return {}
    scan = catalog.load_table(table.identifier).scan(selected_fields=("kafka_partition", "kafka_offset"))
    rows = (scan.filter(wanted) if wanted else scan).to_arrow()
    partitions, offsets = rows["kafka_partition"].to_numpy(), rows["kafka_offset"].to_numpy()
    return {int(partition): offsets[partitions == partition] for partition in np.unique(partitions)}


@_once_more
def _runs(catalog: Catalog, table: Table, wanted: BooleanExpression) -> dict[int, Offsets]:
    return erased_offsets(catalog.load_table(table.identifier).scan(wanted).to_arrow()) if _snapshot(catalog, table) else {}
