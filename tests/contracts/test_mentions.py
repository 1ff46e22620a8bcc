"""Which records concern a player who is to be forgotten: theirs, however they are spelled, and nobody else's."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eddyline.contracts.mentions import Evidence, Subject, concerns, may_concern

ANNA = Subject("public", "anna1")
values = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(b'{"user_id": "anna1", "event_type": "nonsense"}'),
        Evidence(b'{"user_id": "\\u0061nna1"}'),
        Evidence(b'{"user_id": "anna1", "user_id": "bert"}'),
        Evidence(b'{"user_id": "anna1", "event_ty'),
        Evidence(b"\xff\xfe anna1 \xff"),
        Evidence(None, key=b"anna1"),
        Evidence(b"{}", texts=('{"Host": "anna1.comcast.com"}',)),
        Evidence(b"{}", texts=('{"x": "\\u0061nna1"}',)),
        Evidence(b"[]", texts=(None, "anna1")),
        Evidence(b'{"tenant": "acme", "user_id": "anna1"}', tenant="public"),
    ],
)
def test_a_record_of_the_player_is_found_however_broken_it_is(evidence: Evidence) -> None:
    assert concerns(ANNA, evidence)


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(None),
        Evidence(b'{"user_id": "anna11"}'),
        Evidence(b'{"user_id": "anna1.comcast.com", "headers": {"Host": "anna1.comcast.com"}}'),
        Evidence(b"x-anna1", key=b"anna12"),
        Evidence(b'{"user_id": "anna1", "tenant": "acme"}'),
        Evidence(b'{"user_id": "bert", "source": "anna1"}'),
        Evidence(b'{"user_id": "bert", "level": 1, "list": [1, 1.5]}'),
        Evidence(b'{"user_id": "anna1"}', key=b"anna1", tenant="acme"),
    ],
)
def test_a_record_of_somebody_else_is_left_alone(evidence: Evidence) -> None:
    assert not concerns(ANNA, evidence)


def test_a_number_is_an_id_but_no_mention() -> None:
    one = Subject("public", "1")
    assert concerns(one, Evidence(b'{"user_id": 1}'))
    assert not concerns(one, Evidence(b'{"level": 1, "list": [1]}', texts=("1.5", "11")))


@given(st.text(min_size=1), values)
def test_whatever_a_document_holds_its_player_is_found_by_the_field(user: str, other: object) -> None:
    subject, value = Subject("public", user), json.dumps({"user_id": user, "other": other}).encode()
    assert concerns(subject, Evidence(value))
    assert may_concern(subject, value)


@given(st.binary(), st.sampled_from(["a", "0", "anna1"]))
def test_what_needs_no_closer_look_concerns_nobody(value: bytes, user: str) -> None:
    subject = Subject("public", user)
    assert may_concern(subject, value) or not concerns(subject, Evidence(value))


@given(st.binary(), st.none() | st.binary(), st.none() | st.text())
def test_no_bytes_make_it_raise(value: bytes, key: bytes | None, text: str | None) -> None:
    concerns(ANNA, Evidence(value, key, (text,)))
