"""The tables: columns, partitioning and order, derived from the event types where they land."""

from dataclasses import dataclass
from typing import Literal

import msgspec

from eddyline.contracts.events import GAME_EVENT_TYPES, GameEvent

ColumnType = Literal["string", "int", "long", "double", "timestamptz", "binary"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `timestamptz` is an instant in UTC with microseconds."""

    name: str
    type: ColumnType
    required: bool
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One Iceberg table: `days_of` partitions it by day of that column, `sorted_by` orders the rows of a file."""

    namespace: str
    name: str
    doc: str
    columns: tuple[Column, ...]
    days_of: str
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


_COLUMN_TYPES: dict[type, ColumnType] = {
    msgspec.inspect.StrType: "string",
    msgspec.inspect.LiteralType: "string",
    msgspec.inspect.IntType: "long",
    msgspec.inspect.FloatType: "double",
}


def payload_columns(event_types: tuple[type[GameEvent], ...] = GAME_EVENT_TYPES) -> tuple[Column, ...]:
    """List the columns of the types' own fields, each once, in the order of their first mention.

    Raises TypeError when two event types use one field name with different types.
    """
    envelope = {field.name for field in msgspec.structs.fields(GameEvent)}
    columns: dict[str, Column] = {}
    for event in event_types:
        for field in msgspec.inspect.type_info(event).fields:  # type: ignore[attr-defined]
            if field.name in envelope:
                continue
            column = Column(field.name, _column_type(field.type), required=False, doc=_doc(field.type))
            if columns.setdefault(field.name, column).type != column.type:
                raise TypeError(f"field `{field.name}` of {event.__name__} is {column.type}, elsewhere {columns[field.name].type}")
    return tuple(columns.values())


def _column_type(kind: msgspec.inspect.Type) -> ColumnType:
    if isinstance(kind, msgspec.inspect.Metadata):
        return _column_type(kind.type)
    if isinstance(kind, msgspec.inspect.UnionType):
        return _column_type(next(part for part in kind.types if not isinstance(part, msgspec.inspect.NoneType)))
    return _COLUMN_TYPES[type(kind)]


def _doc(kind: msgspec.inspect.Type) -> str:
    if isinstance(kind, msgspec.inspect.Metadata):
        return str((kind.extra_json_schema or {}).get("description", ""))
    return ""


KAFKA_COLUMNS = (
    Column("kafka_partition", "int", True, "Partition of the record on its topic."),
    Column("kafka_offset", "long", True, "Offset of the record in its partition; with the partition, the mark of exactly once."),
    Column("landed_at", "timestamptz", True, "When the batch that landed the row began."),
)

GAME_EVENTS = Table(
    "game",
    "events",
    "Every accepted game event, once.",
    (
        Column("event_id", "string", True, "Identifies the event within its tenant."),
        Column("tenant", "string", True, "Whose event it is."),
        Column("event_type", "string", True, "What happened."),
        Column("user_id", "string", True, "The player."),
        Column("occurred_at", "timestamptz", True, "When it happened."),
        Column("received_at", "timestamptz", True, "When the door received it; the broker's time for a record that came by no door."),
        *payload_columns(),
        Column("host", "string", False, "The request's Host header: the player's network name."),
        Column("headers", "string", False, "The request's headers as JSON text."),
        Column("remote_address", "string", False, "The client's network address."),
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
        Column("kafka_topic", "string", True, "Topic of the record."),
        Column("event_id", "string", False, "The event's id, where one could be read."),
        Column("tenant", "string", False, "Whose event it is, where that could be read."),
        Column("stage", "string", True, "Who refused it: `door` or `job`."),
        Column("reason", "string", True, "Why, as a word to count by."),
        Column("detail", "string", False, "Why, as a sentence."),
        Column("value", "binary", False, "The record's bytes, the first 256 KiB of them."),
        Column("value_length", "long", True, "Length of the whole value in bytes."),
        Column("value_sha256", "string", True, "SHA-256 of the whole value."),
        Column("key", "binary", False, "The record's key."),
        Column("headers", "string", False, "The record's headers as JSON text."),
        Column("occurred_at", "timestamptz", False, "When it happened, where that could be read."),
        Column("received_at", "timestamptz", True, "When the broker took the record."),
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
        Column("table_name", "string", True, "The table the row was deleted from."),
        Column("kafka_topic", "string", True, "Topic of the record."),
        *KAFKA_COLUMNS,
    ),
    days_of="landed_at",
    sorted_by=("table_name", "kafka_offset"),
)

TABLES = (GAME_EVENTS, QUARANTINE, ERASED)
