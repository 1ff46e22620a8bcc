from typing import Annotated, Literal

import pytest
from msgspec import Meta, inspect, structs

from eddyline.contracts.events import GAME_EVENT_TYPES, GameEvent, event_type
from eddyline.contracts.tables import ERASURES, EXPORTS, GAME_EVENTS, TABLES, Column, payload_columns

# What the first version landed. A later one may add columns; it never drops one of these or changes its type.
FIRST_COLUMNS = """
event_id string, tenant string, event_type string, user_id string, occurred_at timestamptz, received_at timestamptz, item_type string, price double,
quantity long, guild_name string, amount double, source string, level long, outcome string, duration_s double, host string, headers string,
remote_address string, kafka_partition int, kafka_offset long, landed_at timestamptz
"""


def test_the_columns_of_the_first_version_are_still_there_with_their_types() -> None:
    first = {tuple(column.split()) for column in FIRST_COLUMNS.split(",")}
    assert first <= {(column.name, column.type) for column in GAME_EVENTS.columns}


def test_columns_of_event_types_are_optional_because_other_types_lack_them() -> None:
    assert not any(column.required for column in payload_columns())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.identifier)
def test_a_tables_order_and_days_name_its_own_documented_columns(table) -> None:
    assert {table.days_of or table.sorted_by[0], *table.sorted_by} <= set(table.column_names)
    assert len(set(table.column_names)) == len(table.columns)
    assert all(column.doc.endswith(".") for column in table.columns)
    assert table in {ERASURES, EXPORTS} or {"kafka_partition", "kafka_offset", "landed_at"} <= {column.name for column in table.columns if column.required}


def test_a_copy_of_a_table_differs_in_its_name_alone() -> None:
    copy = GAME_EVENTS.named("game.purchases")
    assert copy.identifier == "game.purchases"
    assert copy.named("game.events") == GAME_EVENTS
    assert GAME_EVENTS.named("purchases").identifier == "game.purchases"


@pytest.mark.parametrize("kind", GAME_EVENT_TYPES, ids=event_type)
def test_every_event_type_and_field_says_what_it_means(kind: type[GameEvent]) -> None:
    assert (kind.__doc__ or "").endswith(".")
    assert kind.__doc__ != GameEvent.__doc__
    columns = {column.name: column for column in GAME_EVENTS.columns}
    assert all(columns[field.name].doc for field in structs.fields(kind))


def test_every_event_type_has_a_snake_case_name_of_its_own() -> None:
    names = [event_type(kind) for kind in GAME_EVENT_TYPES]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and name.islower() for name in names)
    assert set(GAME_EVENT_TYPES) == {kind for kind in GameEvent.__subclasses__() if kind.__module__ == GameEvent.__module__}


def test_a_field_with_two_types_is_refused() -> None:
    class Shout(GameEvent, tag="shout"):
        level: str

    with pytest.raises(TypeError, match="field `level` of Shout is string, elsewhere long"):
        payload_columns((*GAME_EVENT_TYPES, Shout))


def test_a_field_named_like_an_envelopes_column_is_refused() -> None:
    class Dial(GameEvent, tag="dial"):
        host: str

    class Forge(GameEvent, tag="forge"):
        tenant: Annotated[str, Meta(max_length=5)] = "me"

    for kind in (Dial, Forge):
        with pytest.raises(TypeError, match=r"which every event's row has already"):
            payload_columns((kind,))


@pytest.mark.parametrize("field", [int, Annotated[int, Meta(ge=0)], list[str], bool, Literal[1, 2], str | int])
def test_a_field_that_fits_no_column_is_refused(field: object) -> None:
    kind = type(GameEvent)("Odd", (GameEvent,), {"__annotations__": {"odd": field}, "__doc__": "Odd.", "__module__": __name__}, tag="odd")
    with pytest.raises(TypeError, match="field `odd` of Odd fits no column"):
        payload_columns((kind,))


def test_optional_and_plain_fields_become_columns() -> None:
    class Sing(GameEvent, tag="sing"):
        song: Annotated[str, Meta(description="Which song.")] | None = None
        pitch: float = 440.0

    assert payload_columns((Sing,)) == (Column("song", "string", "Which song."), Column("pitch", "double", ""))
    assert isinstance(inspect.type_info(Sing), inspect.StructType)
