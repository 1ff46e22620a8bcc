import json
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from eddyline.contracts.decode import MAX_EVENT_BYTES, Accepted, Door, Rejected, decode, encode
from eddyline.contracts.events import GameEvent, LogIn, PurchaseItem
from eddyline.contracts.reasons import Reason

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DOOR = Door("acme", {"Host": "user1.comcast.com"}, "192.0.2.1")
SECRET = "s3cr3t"


def log_in(**fields: object) -> bytes:
    return json.dumps({"event_type": "log_in", "user_id": "user1"} | fields).encode()


def refused(value: bytes | None, received_at: datetime = NOW, door: Door | None = None) -> Rejected:
    decoded = decode(value, "made-here", received_at, door)
    assert isinstance(decoded, Rejected)
    return decoded


def accepted(value: bytes, received_at: datetime = NOW, door: Door | None = None) -> Accepted:
    decoded = decode(value, "made-here", received_at, door)
    assert isinstance(decoded, Accepted), decoded
    return decoded


MALFORMED = {
    "text": b"hello",
    "white space": b" \n",
    "cut off": b'{"event_type":"log_in","user_id":"us',
    "trailing text": log_in() + b" x",
    "two documents": log_in() + log_in(),
    "trailing comma": b'{"event_type":"log_in","user_id":"a",}',
    "single quotes": b"{'event_type':'log_in','user_id':'a'}",
    "NaN": b'{"event_type":"heal","user_id":"a","amount":NaN}',
    "Infinity": b'{"event_type":"heal","user_id":"a","amount":Infinity}',
    "leading zero": b'{"event_type":"start_level","user_id":"a","level":01}',
    "raw control character": b'{"event_type":"log_in","user_id":"a\x01"}',
    "lone high surrogate": rb'{"event_type":"log_in","user_id":"\ud800"}',
    "lone low surrogate": rb'{"event_type":"log_in","user_id":"\udc00"}',
    "encoded surrogate": b'{"event_type":"log_in","user_id":"\xed\xa0\x80"}',
    "invalid UTF-8": b'{"event_type":"log_in","user_id":"\xff"}',
    "invalid UTF-8 in an unknown key": b'{"event_type":"log_in","user_id":"a","\xff":1}',
    "byte order mark": b"\xef\xbb\xbf" + log_in(),
    "UTF-16": log_in().decode().encode("utf-16"),
    "absurd nesting": b'{"user_id":"a","x":' + b"[" * 100_000,
    "absurd nesting that closes": b'{"user_id":"a","x":' + b"[" * 100_000 + b"]" * 100_000 + b',"event_type":"log_in"}',
    "malformed after a broken rule": b'{"event_type":"log_in","x":1,',
}


@pytest.mark.parametrize("value", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_not_json_is_malformed(value: bytes) -> None:
    assert refused(value).reason is Reason.MALFORMED_JSON


BROKEN_RULES = {
    "null": (b"null", Reason.NOT_AN_EVENT),
    "array": (b"[]", Reason.NOT_AN_EVENT),
    "deep array": (b"[" * 100_000 + b"]" * 100_000, Reason.NOT_AN_EVENT),
    "number": (b"1", Reason.NOT_AN_EVENT),
    "huge number": (b"9" * 10_000, Reason.NOT_AN_EVENT),
    "text": (b'"x"', Reason.NOT_AN_EVENT),
    "no event_type": (b'{"user_id":"a"}', Reason.MISSING_FIELD),
    "no user_id": (b'{"event_type":"log_in"}', Reason.MISSING_FIELD),
    "no own field": (b'{"event_type":"heal","user_id":"a"}', Reason.MISSING_FIELD),
    "unknown event_type": (log_in(event_type="dance"), Reason.UNKNOWN_EVENT_TYPE),
    "event_type of a class name": (log_in(event_type="LogIn"), Reason.UNKNOWN_EVENT_TYPE),
    "event_type number": (log_in(event_type=1), Reason.WRONG_TYPE),
    "event_type null": (log_in(event_type=None), Reason.WRONG_TYPE),
    "unknown field": (log_in(password=SECRET), Reason.UNKNOWN_FIELD),
    "another type's field": (log_in(amount=1), Reason.UNKNOWN_FIELD),
    "user_id number": (log_in(user_id=1), Reason.WRONG_TYPE),
    "user_id null": (log_in(user_id=None), Reason.WRONG_TYPE),
    "headers list": (log_in(headers=[]), Reason.WRONG_TYPE),
    "header number": (log_in(headers={"a": 1}), Reason.WRONG_TYPE),
    "too many headers": (log_in(headers={str(n): "" for n in range(101)}), Reason.OUT_OF_RANGE),
    "user_id empty": (log_in(user_id=""), Reason.OUT_OF_RANGE),
    "user_id long": (log_in(user_id="a" * 201), Reason.OUT_OF_RANGE),
    "event_id empty": (log_in(event_id=""), Reason.OUT_OF_RANGE),
    "number as text": (b'{"event_type":"heal","user_id":"a","amount":"1"}', Reason.WRONG_TYPE),
    "boolean for a number": (b'{"event_type":"heal","user_id":"a","amount":true}', Reason.WRONG_TYPE),
    "negative amount": (b'{"event_type":"heal","user_id":"a","amount":-1}', Reason.OUT_OF_RANGE),
    "1e400": (b'{"event_type":"heal","user_id":"a","amount":1e400}', Reason.OUT_OF_RANGE),
    "401 digits": (b'{"event_type":"heal","user_id":"a","amount":1' + b"0" * 400 + b"}", Reason.OUT_OF_RANGE),
    "fraction for a whole number": (b'{"event_type":"start_level","user_id":"a","level":1.5}', Reason.WRONG_TYPE),
    "level 0": (b'{"event_type":"start_level","user_id":"a","level":0}', Reason.OUT_OF_RANGE),
    "level of 30 digits": (b'{"event_type":"start_level","user_id":"a","level":' + b"9" * 30 + b"}", Reason.OUT_OF_RANGE),
    "level of 5000 digits": (b'{"event_type":"start_level","user_id":"a","level":' + b"9" * 5000 + b"}", Reason.OUT_OF_RANGE),
    "outcome of no choice": (b'{"event_type":"finish_level","user_id":"a","level":1,"duration_s":1,"outcome":"s3cr3t"}', Reason.OUT_OF_RANGE),
    "instant as a number": (log_in(occurred_at=1_777_000_000), Reason.WRONG_TYPE),
    "instant without zone": (log_in(occurred_at="2026-05-01T12:00:00"), Reason.WRONG_TYPE),
    "date alone": (log_in(occurred_at="2026-05-01"), Reason.WRONG_TYPE),
    "text for an instant": (log_in(occurred_at=SECRET), Reason.WRONG_TYPE),
    "30 February": (log_in(occurred_at="2026-02-30T12:00:00Z"), Reason.WRONG_TYPE),
}


@pytest.mark.parametrize(("value", "reason"), BROKEN_RULES.values(), ids=BROKEN_RULES.keys())
def test_each_broken_rule_has_its_reason(value: bytes, reason: Reason) -> None:
    rejected = refused(value)
    assert rejected.reason is reason
    assert SECRET not in rejected.detail
    assert "password" not in rejected.detail
    assert 0 < len(rejected.detail) <= 300


PATH = " - at `$.user_id"
HOSTILE = {
    "key": (log_in(**{PATH + "a" * 250_000 + "`x": 1}), Reason.UNKNOWN_FIELD),
    "keys": (log_in(**{(PATH + "`") * 14_000: 1}), Reason.UNKNOWN_FIELD),
    "event_type": (log_in(event_type=PATH + "a" * 250_000), Reason.UNKNOWN_EVENT_TYPE),
    "choice": (
        json.dumps({"event_type": "finish_level", "user_id": "a", "level": 1, "duration_s": 1, "outcome": "datetime" + PATH}).encode(),
        Reason.OUT_OF_RANGE,
    ),
    "quotes": (log_in(user_id='":' * 80_000), Reason.OUT_OF_RANGE),
    "objects": (log_in(user_id=[{}] * 60_000), Reason.WRONG_TYPE),
    "fields": (log_in(**{str(n): 1 for n in range(18_000)}), Reason.UNKNOWN_FIELD),
}


@pytest.mark.parametrize(("value", "reason"), HOSTILE.values(), ids=HOSTILE.keys())
def test_values_made_to_mislead_or_slow_the_sorting_are_sorted(value: bytes, reason: Reason) -> None:
    assert len(value) <= MAX_EVENT_BYTES
    assert refused(value).reason is reason


@pytest.mark.parametrize("value", [None, b""])
def test_an_empty_value_is_empty(value: bytes | None) -> None:
    assert refused(value).reason is Reason.EMPTY


def test_a_value_over_256_kib_is_too_large_and_one_of_256_kib_is_not() -> None:
    padding = MAX_EVENT_BYTES - len(log_in(headers={"a": ""}))
    accepted(log_in(headers={"a": "x" * padding}))
    assert refused(log_in(headers={"a": "x" * (padding + 1)})).reason is Reason.TOO_LARGE


DUPLICATES = {
    "user_id": b'{"event_type":"log_in","user_id":"a","user_id":"b"}',
    "equal values": b'{"event_type":"log_in","user_id":"a","user_id":"a"}',
    "event_type": b'{"event_type":"log_in","user_id":"a","event_type":"log_in"}',
    "another event_type": b'{"event_type":"log_in","user_id":"a","event_type":"log_out"}',
    "header": b'{"event_type":"log_in","user_id":"a","headers":{"a":"1","a":"2"}}',
    "spelled with an escape": rb'{"event_type":"log_in","user_id":"a","user_\u0069d":"b"}',
    "white space before the colon": b'{"event_type":"log_in","user_id":"a","user_id" \t\r\n:"b"}',
    "in a broken event": b'{"event_type":"log_in","user_id":1,"user_id":"b"}',
    "in an unknown field": b'{"event_type":"log_in","user_id":"a","x":[{"y":1,"y":1}]}',
}


@pytest.mark.parametrize("value", DUPLICATES.values(), ids=DUPLICATES.keys())
def test_a_key_twice_in_one_object_is_a_duplicate_key(value: bytes) -> None:
    assert refused(value).reason is Reason.DUPLICATE_KEY


def test_texts_that_look_like_keys_are_no_duplicates() -> None:
    accepted(log_in(headers={":authority": '":', "user_id": '","user_id":"', "a\\": "x"}, user_id='":":":'))


def test_what_a_refused_value_says_of_itself_is_kept_where_it_can_be_read() -> None:
    rejected = refused(log_in(event_id="e1", tenant="acme", occurred_at="2026-05-01T14:00:00+02:00", x=1))
    assert (rejected.event_id, rejected.tenant, rejected.occurred_at) == ("e1", "acme", NOW)
    rejected = refused(log_in(event_id=["e1"], tenant="", occurred_at="9999-12-31T23:59:59-14:00"))
    assert (rejected.event_id, rejected.tenant, rejected.occurred_at) == (None, None, None)


def test_gaps_are_filled_and_instants_are_utc() -> None:
    event = accepted(log_in()).event
    assert event == LogIn(user_id="user1", event_id="made-here", occurred_at=NOW, received_at=NOW)
    plus_two = timezone(timedelta(hours=2))
    event = accepted(log_in(occurred_at="2026-05-01T14:00:00+02:00"), received_at=NOW.astimezone(plus_two)).event
    assert event.occurred_at == event.received_at == NOW
    assert event.occurred_at.tzinfo is event.received_at.tzinfo is UTC


def test_occurred_at_defaults_to_the_time_of_the_door_and_not_of_the_record() -> None:
    event = accepted(log_in(received_at="2026-04-30T12:00:00Z")).event
    assert event.occurred_at == event.received_at == NOW - timedelta(days=1)


def test_the_door_replaces_what_a_client_claims() -> None:
    value = log_in(tenant="evil", received_at="2020-01-01T00:00:00Z", headers={"Host": "evil"}, remote_address="evil", event_id="e1")
    event = accepted(value, door=DOOR).event
    assert event == LogIn(
        user_id="user1", event_id="e1", tenant="acme", occurred_at=NOW, received_at=NOW, headers={"Host": "user1.comcast.com"}, remote_address="192.0.2.1"
    )
    assert refused(log_in(tenant="evil", x=1), door=DOOR).tenant == "acme"
    assert refused(b"x", door=DOOR).tenant == "acme"


#  received - 400 days      received      + 5 min
#        |---------------------|------------|
#   clock      accepted           accepted     clock
@pytest.mark.parametrize(
    ("offset", "fits"),
    [
        (timedelta(days=-400), True),
        (timedelta(days=-400, microseconds=-1), False),
        (timedelta(minutes=5), True),
        (timedelta(minutes=5, microseconds=1), False),
        (timedelta(days=365), False),
    ],
)
def test_occurred_at_must_lie_near_received_at(offset: timedelta, fits: bool) -> None:
    decoded = decode(log_in(occurred_at=(NOW + offset).isoformat()), "id", NOW)
    assert isinstance(decoded, Accepted) if fits else decoded.reason is Reason.CLOCK
    assert fits or decoded.occurred_at == NOW + offset


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999-14:00"])
def test_instants_at_the_edge_of_the_calendar_are_refused(instant: str) -> None:
    assert refused(log_in(occurred_at=instant)).reason is Reason.CLOCK
    assert refused(log_in(received_at=instant)).reason is Reason.CLOCK
    assert refused(log_in(occurred_at=instant, received_at=instant)).reason is Reason.CLOCK


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00"])
def test_a_record_time_outside_the_calendar_in_utc_is_refused(instant: str) -> None:
    assert refused(log_in(), received_at=datetime.fromisoformat(instant)).reason is Reason.CLOCK


def test_a_forged_received_at_far_from_the_record_is_refused() -> None:
    year_ahead = (NOW + timedelta(days=365)).isoformat()
    assert refused(log_in(received_at=year_ahead, occurred_at=year_ahead)).reason is Reason.CLOCK
    accepted(log_in(received_at=(NOW + timedelta(hours=23)).isoformat()))
    accepted(log_in(received_at=(NOW - timedelta(days=399)).isoformat()))


def test_minus_zero_is_zero_and_whole_numbers_are_prices() -> None:
    for text, price in ((b"-0", 0.0), (b"-0.0", 0.0), (b"7", 7.0), (b"1e-400", 0.0)):
        event = accepted(b'{"event_type":"purchase_item","user_id":"a","item_type":"sword","price":' + text + b"}").event
        assert isinstance(event, PurchaseItem)
        assert event.price == price


def test_names_with_sql_and_path_characters_are_just_text() -> None:
    name = "'; DROP TABLE events; -- ../../etc/passwd \u0000 \U0001f600"
    assert accepted(log_in(user_id=name)).event.user_id == name


def test_the_door_refuses_facts_that_no_event_can_carry() -> None:
    many = Door("acme", {str(n): "" for n in range(101)}, None)
    long = Door("acme", {"a": "x" * 20_000}, None)
    broken = Door("acme", {"a": "\ud800"}, None)
    for door in (many, long, broken):
        assert refused(log_in(), door=door).reason is Reason.OUT_OF_RANGE
    for tenant in ("", "x" * 101, "\ud800"):
        with pytest.raises(ValueError, match="tenant"):
            Door(tenant, {}, None)


def test_an_event_that_the_doors_facts_make_too_large_is_refused_at_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    class Say(GameEvent, tag="say"):
        text: str

    monkeypatch.setattr("eddyline.contracts.decode._decoder", msgspec.json.Decoder(Say))
    door = Door("acme", {"a": "\x01" * 16_000}, None)
    small, large = (json.dumps({"event_type": "say", "user_id": "a", "text": "x" * length}).encode() for length in (150_000, 200_000))
    assert len(encode(accepted(small, door=door).event)) < MAX_EVENT_BYTES
    assert refused(large, door=door).reason is Reason.TOO_LARGE


@pytest.mark.parametrize("default_id", ["", "x" * 201, "\ud800"])
def test_a_made_id_that_no_event_can_carry_is_refused(default_id: str) -> None:
    decoded = decode(log_in(), default_id, NOW)
    assert isinstance(decoded, Rejected)
    assert decoded.reason is Reason.OUT_OF_RANGE


def test_encoded_events_stand_with_their_type_first() -> None:
    assert encode(accepted(log_in()).event).startswith(b'{"event_type":"log_in",')
