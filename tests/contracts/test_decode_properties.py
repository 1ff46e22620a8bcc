import json
from datetime import timedelta
from typing import Any

from game_documents import ANY_DOCUMENT, JSON, NOW, TEXTS, spelled
from hypothesis import given
from hypothesis import strategies as st

from eddyline.contracts.decode import Accepted, Door, Rejected, decode, encode
from eddyline.contracts.reasons import Reason

HEADERS = st.dictionaries(st.text(max_size=20), st.text(max_size=40), max_size=5)
DOORS = st.builds(Door, st.text(min_size=1, max_size=100), HEADERS, st.none() | st.text(max_size=100))


@given(TEXTS)
def test_every_spelling_of_a_valid_event_is_accepted(text: bytes) -> None:
    decoded = decode(text, "made-here", NOW)
    assert isinstance(decoded, Accepted), (text, decoded)
    stated = json.loads(text)
    assert all(getattr(decoded.event, name) == value for name, value in stated.items() if value is not None and name not in ("event_type", "occurred_at"))


@given(TEXTS, DOORS, st.timedeltas(timedelta(hours=-12), timedelta(days=30)))
def test_what_the_door_accepts_the_job_accepts_as_an_equal_event(text: bytes, door: Door, later: timedelta) -> None:
    at_the_door = decode(text, "made-here", NOW, door)
    assert isinstance(at_the_door, Accepted), (text, at_the_door)
    assert decode(encode(at_the_door.event), "never-used", NOW + later) == at_the_door


@st.composite
def pairs_with_repeats(draw: st.DrawFn) -> tuple[list[tuple[str, Any]], bool]:
    document = draw(ANY_DOCUMENT)
    headers = list(document.pop("headers", {}).items())
    repeated_headers = draw(st.lists(st.sampled_from(headers), max_size=1)) if headers else []
    event = list(document.items())
    repeated = draw(st.lists(st.sampled_from(event), max_size=1))
    pairs = [*event, *repeated, ("headers", draw(st.permutations(headers + repeated_headers)))]
    return draw(st.permutations(pairs)), bool(repeated or repeated_headers)


@given(pairs_with_repeats(), st.data())
def test_an_event_has_a_duplicate_key_exactly_if_a_key_stands_twice(drawn: tuple[list[tuple[str, Any]], bool], data: st.DataObject) -> None:
    pairs, repeats = drawn
    text = data.draw(spelled(pairs)).encode()
    decoded = decode(text, "made-here", NOW)
    assert (decoded.reason is Reason.DUPLICATE_KEY) if repeats else isinstance(decoded, Accepted), (text, decoded)


@given(st.binary())
def test_no_bytes_make_the_decoder_raise(value: bytes) -> None:
    assert isinstance(decode(value, "id", NOW), Rejected)


@given(JSON)
def test_no_json_makes_the_decoder_raise(value: Any) -> None:
    assert isinstance(decode(json.dumps(value).encode(), "id", NOW), Rejected)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 3), st.binary(max_size=6)), min_size=1, max_size=4), st.booleans())
def test_no_damage_to_an_event_makes_the_decoder_raise(text: bytes, damages: list[tuple[int, int, bytes]], at_the_door: bool) -> None:
    for place, dropped, inserted in damages:
        at = place % (len(text) + 1)
        text = text[:at] + inserted + text[at + dropped :]
    decoded = decode(text, "id", NOW, Door("acme", {}, None) if at_the_door else None)
    assert isinstance(decoded, Accepted | Rejected)
    assert isinstance(decoded, Rejected) or json.loads(text)["user_id"] == decoded.event.user_id


@given(ANY_DOCUMENT, JSON, st.sampled_from(["event_type", "event_id", "tenant", "user_id", "occurred_at", "received_at", "headers", "remote_address", "zqxjk"]))
def test_a_refusal_repeats_nothing_of_the_value(document: dict[str, Any], value: Any, field: str) -> None:
    marked = json.dumps(document | {field: {"zqxjk": ["zqxjk", value]}, "level": "zqxjk - at `$.zqxjk`"}).encode()
    decoded = decode(marked, "id", NOW)
    assert isinstance(decoded, Rejected)
    assert "zqxjk" not in decoded.detail
    assert 0 < len(decoded.detail) <= 300
