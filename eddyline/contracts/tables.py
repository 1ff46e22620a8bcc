"""The tables: columns, partitioning and order, derived from the event types where they land."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from eddyline.contracts.events import GAME_EVENT_TYPES, GameEvent

ColumnType = Literal["string", "int", "long", "double", "timestamptz", "binary"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `timestamptz` is an instant in UTC with microseconds."""

    name: str
    type: ColumnType
    doc: str
    required: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Table:
    """One Iceberg table: `days_of` partitions it by day of that column, if any; `sorted_by` orders the rows of a file."""

    namespace: str
    name: str
    doc: str
    columns: tuple[Column, ...]
    days_of: str | None
    sorted_by: tuple[str, ...]

    @property
    def identifier(self) -> str:
        """The name in SQL, without the catalog."""
        return f"{self.namespace}.{self.name}"

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(column.name for column in self.columns)

    def named(self, identifier: str) -> "Table":
        """The same table under another `namespace.name`."""
        namespace, _, name = identifier.rpartition(".")
        return Table(namespace or self.namespace, name, self.doc, self.columns, self.days_of, self.sorted_by)


KAFKA_COLUMNS = (
    Column("kafka_partition", "int", "Partition of the record on its topic.", required=True),
    Column("kafka_offset", "long", "Offset of the record in its partition; with the partition, the mark of exactly once.", required=True),
    Column("landed_at", "timestamptz", "When the batch that landed the row began.", required=True),
)

_TAKEN = {"event_type", "host", *GameEvent.__struct_fields__, *(column.name for column in KAFKA_COLUMNS)}


def payload_columns(event_types: tuple[type[GameEvent], ...] = GAME_EVENT_TYPES) -> tuple[Column, ...]:
    """List the columns of the types' own fields, each once, in the order of their first mention.

    Raises TypeError when a field has no column type, takes an envelope's name, or has another type in another event.
    """
    columns: dict[str, Column] = {}
    for event in event_types:
        for column in _own_columns(event):
            first = columns.setdefault(column.name, column)
            if first.type != column.type:
                raise TypeError(f"field `{column.name}` of {event.__name__} is {column.type}, elsewhere {first.type}; give one of them another name")
    return tuple(columns.values())


def _own_columns(event: type[GameEvent]) -> Iterator[Column]:
    if taken := _TAKEN & set(event.__annotations__):
        raise TypeError(f"{event.__name__} names a field {', '.join(sorted(taken))}, which every event's row has already; give it another name")
    for own in msgspec.inspect.type_info(event).fields:  # type: ignore[attr-defined]
        if own.name in GameEvent.__struct_fields__:
            continue
        kind, doc = _plain(own.type)
        column_type = _column_type(kind)
        if column_type is None:
            raise TypeError(f"field `{own.name}` of {event.__name__} fits no column; use a text, a choice of texts, a float, or an int with ge and le")
        yield Column(own.name, column_type, doc)


def _column_type(kind: msgspec.inspect.Type) -> ColumnType | None:
    match kind:
        case msgspec.inspect.StrType():
            return "string"
        case msgspec.inspect.LiteralType(values=values) if all(isinstance(value, str) for value in values):
            return "string"
        case msgspec.inspect.IntType(ge=int(), le=int()):
            return "long"
        case msgspec.inspect.FloatType():
            return "double"
    return None


def _plain(kind: msgspec.inspect.Type) -> tuple[msgspec.inspect.Type, str]:
    if isinstance(kind, msgspec.inspect.UnionType):
        parts = [part for part in kind.types if not isinstance(part, msgspec.inspect.NoneType)]
        return _plain(parts[0]) if len(parts) == 1 else (kind, "")
    if isinstance(kind, msgspec.inspect.Metadata):
        return kind.type, str((kind.extra_json_schema or {}).get("description", ""))
    return kind, ""


GAME_EVENTS = Table(
    "game",
    "events",
    "Every accepted game event, once.",
    (
        Column("event_id", "string", "Identifies the event within its tenant.", required=True),
        Column("tenant", "string", "Whose event it is.", required=True),
        Column("event_type", "string", "What happened.", required=True),
        Column("user_id", "string", "The player.", required=True),
        Column("occurred_at", "timestamptz", "When it happened.", required=True),
        Column("received_at", "timestamptz", "When the door received it; the broker's time for a record that came by no door.", required=True),
        *payload_columns(),
        Column("host", "string", "The request's Host header: the player's network name."),
        Column("headers", "string", "The request's headers as JSON text."),
        Column("remote_address", "string", "The client's network address."),
        *KAFKA_COLUMNS,
    ),
    days_of="occurred_at",
    sorted_by=("event_type", "occurred_at"),
)

QUARANTINE = Table(
    "ops",
    "quarantine",
    "Every record that could not become an event, with its bytes and the reason.",
    (
        Column("kafka_topic", "string", "Topic of the record.", required=True),
        Column("event_id", "string", "The event's id, where one could be read."),
        Column("tenant", "string", "Whose event it is, where that could be read."),
        Column("stage", "string", "Who refused it: `door` or `job`.", required=True),
        Column("reason", "string", "Why, as a word to count by.", required=True),
        Column("detail", "string", "Why, as a sentence."),
        Column("value", "binary", "The record's bytes, the first 256 KiB of them."),
        Column("value_length", "long", "Length of the whole value in bytes.", required=True),
        Column("value_sha256", "string", "SHA-256 of the whole value.", required=True),
        Column("key", "binary", "The record's key."),
        Column("headers", "string", "The record's headers as JSON text."),
        Column("occurred_at", "timestamptz", "When it happened, where that could be read."),
        Column("received_at", "timestamptz", "When the broker took the record.", required=True),
        *KAFKA_COLUMNS,
    ),
    days_of="landed_at",
    sorted_by=("reason", "kafka_offset"),
)

ERASED = Table(
    "ops",
    "erased",
    "Offsets whose rows were deleted on purpose: they keep the marks from sinking and stay countable.",
    (
        Column("table_name", "string", "The table the row was deleted from.", required=True),
        Column("kafka_topic", "string", "Topic of the record.", required=True),
        Column("first_offset", "long", "Of consecutive offsets the first, kafka_offset being the last; beyond it where only the mark is to be kept."),
        *KAFKA_COLUMNS,
    ),
    days_of="landed_at",
    sorted_by=("table_name", "kafka_offset"),
)

GAPS = Table(
    "ops",
    "gaps",
    "Offsets that left a topic before they landed, and that somebody gave up by `--accept-gap`.",
    (
        Column("table_name", "string", "The table they did not land in.", required=True),
        Column("kafka_topic", "string", "Topic of the records.", required=True),
        Column("first_offset", "long", "The first offset of the gap, kafka_offset being the last.", required=True),
        *KAFKA_COLUMNS,
    ),
    days_of=None,
    sorted_by=("table_name", "kafka_offset"),
)

ERASURES = Table(
    "ops",
    "erasures",
    "What each erasure of a user removed, and where; the user is named by a salted hash only.",
    (
        Column("erasure_id", "string", "One run of the command.", required=True),
        Column("subject_sha256", "string", "SHA-256 of the installation's salt, the tenant and the user.", required=True),
        Column("place", "string", "Where: a table, a topic, a file or a store.", required=True),
        Column("erased", "long", "How many rows, records or files of the user were removed there.", required=True),
        Column("others", "long", "How many records of others left with them; each of those had landed.", required=True),
        Column("remaining", "string", "What could not be removed, and why; empty when nothing is left."),
        Column("erased_at", "timestamptz", "When.", required=True),
    ),
    days_of="erased_at",
    sorted_by=("erased_at",),
)

EXPORTS = Table(
    "ops",
    "exports",
    "Every export of a table into a folder of plain files: where copies of its rows are outside the lake.",
    (
        Column("export_id", "string", "One run of the command.", required=True),
        Column("state", "string", "`began`, `complete`, `failed` and cleared away, or `removed` since, by a later export or by somebody.", required=True),
        Column("table_name", "string", "The table.", required=True),
        Column("snapshot_id", "long", "The table's snapshot that was exported; NULL where it had none."),
        Column("destination", "string", "The folder, as file:, s3: or hdfs: address.", required=True),
        Column("format", "string", "`parquet` or `csv`.", required=True),
        Column("rows", "long", "Rows in the folder, once complete."),
        Column("files", "long", "Files in the folder, once complete."),
        Column("noted_at", "timestamptz", "When the export reached this state.", required=True),
    ),
    days_of=None,
    sorted_by=("noted_at",),
)

REPLAYS = Table(
    "ops",
    "replays",
    "Every attempt to replay a quarantined record; partition and offset are those of the quarantined record.",
    (
        Column("kafka_topic", "string", "Topic of the quarantined record.", required=True),
        Column("attempt", "int", "Which attempt it was, from 1.", required=True),
        Column(
            "outcome",
            "string",
            "`sent` to the topic, `failed` as it still is no event, or `landed` when the table had its event already.",
            required=True,
        ),
        Column("reason", "string", "Why it failed, as a word to count by."),
        Column("detail", "string", "Why it failed, as a sentence."),
        Column("tenant", "string", "Tenant of the event that was sent."),
        Column("event_id", "string", "Id of the event that was sent."),
        Column("replay_partition", "int", "Partition of the record that was sent."),
        Column("replay_offset", "long", "Offset of the record that was sent."),
        Column("mapping_sha256", "string", "SHA-256 of the mapping file that was used."),
        *KAFKA_COLUMNS,
    ),
    days_of="landed_at",
    sorted_by=("kafka_topic", "kafka_offset"),
)

PLAYER_STATE = Table(
    "game",
    "player_state",
    "The present state of every player: the fold over their events in the order of (partition, offset).",
    (
        Column("tenant", "string", "Whose player it is.", required=True),
        Column("user_id", "string", "The player.", required=True),
        Column("inventory", "string", "What the player owns: JSON, item to count.", required=True),
        Column("gold_spent", "double", "Gold paid for items.", required=True),
        Column("gold_earned", "double", "Gold received for items.", required=True),
        Column("health", "double", "Health points, 0 to 100.", required=True),
        Column("guild", "string", "The guild the player is in."),
        Column("level", "long", "The level the player may try next: the highest one won, and one.", required=True),
        Column("events", "long", "How many events were applied.", required=True),
        Column("last_seen_at", "timestamptz", "When the player's latest event happened.", required=True),
        Column("kafka_partition", "int", "Partition of the last event that was applied.", required=True),
        Column("kafka_offset", "long", "Offset of the last event that was applied.", required=True),
        Column("landed_at", "timestamptz", "When the state was written.", required=True),
    ),
    days_of=None,
    sorted_by=("tenant", "user_id"),
)

TABLES = (GAME_EVENTS, QUARANTINE, ERASED, GAPS, REPLAYS, PLAYER_STATE, ERASURES, EXPORTS)
