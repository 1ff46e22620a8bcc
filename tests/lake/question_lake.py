"""A lake for questions: a played game and the rows that make engines disagree, in several files, one column added later."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyiceberg.types import StringType

from eddyline.contracts.decode import Accepted, decode, encode
from eddyline.contracts.rows import event_row
from eddyline.contracts.tables import GAME_EVENTS, QUARANTINE
from eddyline.game.simulate import WINDOW, players
from eddyline.lake.catalog import open_catalog
from eddyline.lake.tables import create_tables
from eddyline.settings import Settings, load

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
ADDED_LATER = "mood"

Row = dict[str, Any]


def empty_lake(home: Path) -> Settings:
    settings = load(home=home)
    create_tables(open_catalog(settings.lake))
    return settings


def question_lake(home: Path, users: int = 40, events: int = 3000) -> Settings:
    """Make a lake whose `game.events` has files from before and after a column was added."""
    settings = empty_lake(home)
    rows = [*played(users, events), *odd()]
    third = len(rows) // 3
    append(settings, GAME_EVENTS.identifier, rows[:third])
    append(settings, GAME_EVENTS.identifier, rows[third : 2 * third])
    with open_catalog(settings.lake).load_table(GAME_EVENTS.identifier).update_schema() as update:
        update.add_column(ADDED_LATER, StringType())
    append(settings, GAME_EVENTS.identifier, [row | {ADDED_LATER: "froh 🦦"} for row in rows[2 * third :]])
    append(settings, QUARANTINE.identifier, [quarantined(number) for number in range(30)])
    return settings


def append(settings: Settings, identifier: str, rows: Iterable[Row]) -> None:
    table = open_catalog(settings.lake).load_table(identifier)
    table.append(pa.Table.from_pylist(list(rows), schema=table.schema().as_arrow()))


def played(users: int, events: int) -> list[Row]:
    bodies = [encode_event(event) for event in players(7, users, events, NOW - WINDOW)]
    decided = [decode(body, "unused", NOW) for body in bodies]
    return [event_row(each.event) | place(number) for number, each in enumerate(decided) if isinstance(each, Accepted)]


def encode_event(event: Row) -> bytes:
    return encode(event)


def odd() -> list[Row]:
    """Ties, NULLs, unicode, guild hoppers, two tenants with one id, and instants with microseconds."""
    rows = [row(number, "log_in", user_id=f"spieler-ß-{number % 3}", host=host) for number, host in enumerate(HOSTS, 100_000)]
    rows += [row(number, "purchase_item", item_type=item, price=0.1, quantity=3, user_id="同点") for number, item in enumerate(("b", "a", "Ä", "a"), 100_100)]
    rows += [row(100_200, "sell_item", item_type="only sold", price=19.99, quantity=2)]
    rows += [row(number, kind, guild_name=guild, user_id="hopper") for number, (kind, guild) in enumerate(HOPS, 100_300)]
    rows += [
        row(number, "finish_level", level=99, outcome=outcome, duration_s=0.1 * number)
        for number, outcome in enumerate(("won", "lost", "quit", "won"), 100_400)
    ]
    rows += [row(100_500, "log_in", event_id="same", tenant=tenant) | {"kafka_offset": 100_500 + at} for at, tenant in enumerate(("public", "other"))]
    return rows


HOSTS = (None, "", "user1.COMCAST.com", "att.net", "user.notcomcast.com", "cox.evil.example", "a.b.google.com:5000", "earthlink", "frontier.")
HOPS = (("join_guild", "A"), ("join_guild", "A"), ("join_guild", "B"), ("leave_guild", None), ("leave_guild", "B"), ("join_guild", "A"), ("leave_guild", "C"))


def row(number: int, event_type: str, **values: Any) -> Row:
    """Make one row of `game.events` with its own offset."""
    occurred_at = NOW - timedelta(days=3) + timedelta(microseconds=(number % 70) * 3_600_000_001)
    envelope = {"event_id": f"odd-{number}", "tenant": "public", "event_type": event_type, "user_id": "user1", "occurred_at": occurred_at, "received_at": NOW}
    return envelope | place(2 * number) | values


def place(number: int) -> Row:
    return {"kafka_partition": number % 2, "kafka_offset": number // 2, "landed_at": NOW}


def quarantined(number: int, **values: Any) -> Row:
    """Make one row of `ops.quarantine` with its own offset, above those of the events."""
    value = None if number % 10 == 0 else b"\xff{" * number
    about = {"kafka_topic": "events", "stage": "job", "reason": ("malformed_json", "empty")[number % 2], "detail": "broken", "value": value, "key": b"k"}
    about |= {"value_length": len(value or b""), "value_sha256": hashlib.sha256(value or b"").hexdigest(), "received_at": NOW}
    return about | place(1_000_000 + number) | values
