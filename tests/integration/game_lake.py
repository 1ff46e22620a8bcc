"""A lake filled with a game's events without broker and Spark: what the landing job would have written."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa

from eddyline.contracts.decode import Accepted, Rejected, decode
from eddyline.contracts.rows import event_row
from eddyline.contracts.tables import GAME_EVENTS, QUARANTINE, Table
from eddyline.game.simulate import WINDOW, players
from eddyline.game.traffic import Kind, Mix, Parcel, traffic
from eddyline.lake.catalog import open_catalog
from eddyline.lake.tables import create_tables
from eddyline.settings import Settings, load

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def make_lake(home: Path, users: int, events: int, bad_share: float = 0.02) -> Settings:
    settings = load(home=home)
    create_tables(open_catalog(settings.lake))
    parcels = traffic(players(1, users, events, NOW - WINDOW), Mix(bad_share, 0.0, headers_inside=True), Random(1))
    decided = [(number, parcel, decode(parcel.body, "unused", NOW)) for number, parcel in enumerate(parcels)]
    land(settings, GAME_EVENTS, [event_row(decoded.event) | place(number) for number, _, decoded in decided if isinstance(decoded, Accepted)])
    land(settings, QUARANTINE, [refused(parcel, decoded) | place(number) for number, parcel, decoded in decided if isinstance(decoded, Rejected)])
    assert all((parcel.kind is Kind.VALID) == isinstance(decoded, Accepted) for _, parcel, decoded in decided)
    return settings


def land(settings: Settings, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        target = open_catalog(settings.lake).load_table(table.identifier)
        target.append(pa.Table.from_pylist(rows, schema=target.schema().as_arrow()))


def place(number: int) -> dict[str, Any]:
    return {"kafka_partition": number % 2, "kafka_offset": number // 2, "landed_at": NOW}


def refused(parcel: Parcel, decoded: Rejected) -> dict[str, Any]:
    about = {
        "kafka_topic": "events.dlq",
        "event_id": decoded.event_id,
        "tenant": "public",
        "stage": "door",
        "reason": str(decoded.reason),
        "detail": decoded.detail,
    }
    value = {"value": parcel.body[:1000], "value_length": len(parcel.body), "value_sha256": hashlib.sha256(parcel.body).hexdigest()}
    return about | value | {"key": None, "headers": None, "occurred_at": None, "received_at": NOW}
