import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.identity import header_value, item_id, request_id


def test_the_clients_own_id_comes_first() -> None:
    assert request_id({"HTTP_X_EVENT_ID": "mine", "HTTP_IDEMPOTENCY_KEY": "key"}, "public") == "mine"


def test_one_idempotency_key_makes_one_id_for_each_tenant() -> None:
    key = {"HTTP_IDEMPOTENCY_KEY": "order 7"}
    assert request_id(key, "public") == request_id(key, "public") == "12942ddd-9e2b-57df-af1e-0d5f532c5497"
    assert request_id(key, "public") != request_id(key, "other")
    assert request_id(key, "public") != request_id({"HTTP_IDEMPOTENCY_KEY": "order 8"}, "public")


@pytest.mark.parametrize("header", ["HTTP_X_EVENT_ID", "HTTP_IDEMPOTENCY_KEY"])
def test_a_name_without_a_readable_value_is_no_id_of_any_event(header: str) -> None:
    assert request_id({header: ""}, "public") == ""
    assert item_id("", 0) == ""


def test_without_a_name_every_request_gets_an_id_of_its_own_in_order_of_time() -> None:
    ids = [request_id({}, "public") for _ in range(100)]
    assert len(set(ids)) == 100
    assert all(each[14] == "7" for each in ids)


@given(st.text(st.characters(), min_size=1))
def test_any_id_can_stand_in_a_header(event_id: str) -> None:
    value = header_value(event_id)
    assert value.isascii()
    assert value.isprintable()
    assert " " not in value


def test_an_ordinary_id_stands_in_a_header_as_it_is() -> None:
    assert header_value("kafka:events:0:7/a+b=c") == "kafka:events:0:7/a+b=c"
