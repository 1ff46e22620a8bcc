import json

from game_documents import ANY_DOCUMENT, NOW, TEXTS
from hypothesis import given
from hypothesis import strategies as st

from eddyline.contracts.decode import Accepted, decode, encode
from eddyline.contracts.events import GameEvent, Heal, LogIn, PurchaseItem
from eddyline.contracts.rows import CONTENT_COLUMNS, EVENT_COLUMNS, content, event_row, event_values
from eddyline.contracts.tables import GAME_EVENTS

PURCHASE = PurchaseItem(event_id="e1", user_id="u1", occurred_at=NOW, received_at=NOW, headers={"Host": "u1.cox.com", "b": "é"}, item_type="sword", price=2.5)


def read(text: bytes) -> GameEvent:
    decoded = decode(text, "made-here", NOW)
    assert isinstance(decoded, Accepted)
    return decoded.event


def test_a_row_has_every_column_but_those_of_kafka_and_the_batch() -> None:
    assert tuple(event_row(PURCHASE)) == EVENT_COLUMNS
    assert set(GAME_EVENTS.column_names) - set(EVENT_COLUMNS) == {"kafka_partition", "kafka_offset", "landed_at"}
    assert {name: value for name, value in event_row(PURCHASE).items() if value is not None} == {
        "event_id": "e1",
        "tenant": "public",
        "event_type": "purchase_item",
        "user_id": "u1",
        "occurred_at": NOW,
        "received_at": NOW,
        "item_type": "sword",
        "price": 2.5,
        "quantity": 1,
        "host": "u1.cox.com",
        "headers": '{"Host":"u1.cox.com","b":"é"}',
    }


def test_the_host_is_found_in_any_case_and_may_be_missing() -> None:
    for headers, host in (({"host": "a"}, "a"), ({"HOST": "a"}, "a"), ({"X-Host": "a"}, None), ({}, None)):
        assert event_row(LogIn(user_id="u", headers=headers))["host"] == host


@given(TEXTS)
def test_a_row_says_what_the_event_says(text: bytes) -> None:
    event = read(text)
    row = event_row(event)
    stated = json.loads(encode(event))
    assert row["headers"] is None if not event.headers else list(json.loads(row["headers"]).items()) == list(event.headers.items())
    for name in set(stated) - {"headers", "occurred_at", "received_at"}:
        assert row[name] == stated[name]
    assert {name for name in row if row[name] is not None} <= {*stated, "host"}
    assert tuple(row.values()) == event_values(event)


@given(ANY_DOCUMENT, st.data())
def test_a_resend_has_the_content_of_the_first_however_often_the_door_changes(document: dict[str, object], data: st.DataObject) -> None:
    again = document | {"headers": {"a": "b"}, "remote_address": "x", "occurred_at": "2026-04-30T12:00:00Z", "event_id": "e"}
    first, second = read(json.dumps(document).encode()), read(json.dumps(again).encode())
    assert content(first) == content(second)
    assert content(first) == tuple(event_row(first)[name] for name in CONTENT_COLUMNS)
    assert content(read(json.dumps(document | {"user_id": "someone else"}).encode())) != content(first)


def test_minus_zero_and_zero_are_the_same_content() -> None:
    assert hash(content(Heal(user_id="u", amount=-0.0))) == hash(content(Heal(user_id="u", amount=0.0)))
