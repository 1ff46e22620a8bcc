import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from memory_log import MemoryLog
from werkzeug.test import TestResponse

from api.classroom import DEFAULT_GUILD, host_name
from eddyline.game.shop import price_of

HOST = {"Host": "user1.comcast.com"}


def stored(log: MemoryLog) -> dict[str, Any]:
    return json.loads(log.events[-1].value or b"")


def raw_get(client: FlaskClient, path: str, query: str = "", **environ: str) -> TestResponse:
    # As granian hands it over: the path's bytes as Latin-1.
    return client.open(environ_overrides={"PATH_INFO": path, "QUERY_STRING": query} | environ)


@pytest.mark.parametrize("path", ["/purchase_a_sword", "/purchase/sword"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_purchase_by_path_costs_what_the_shop_says(client: FlaskClient, log: MemoryLog, path: str, method: str) -> None:
    answer = client.open(path, method=method, headers=HOST)
    assert (answer.status_code, answer.text) == (200, "Purchased!\n")
    event = stored(log)
    assert answer.headers["X-Event-Id"] == event["event_id"]
    assert (event["event_type"], event["item_type"], event["price"], event["quantity"]) == ("purchase_item", "sword", price_of("sword"), 1)
    assert (event["user_id"], event["headers"]["Host"]) == ("user1.comcast.com", "user1.comcast.com")


@pytest.mark.parametrize("path", ["/join_guild", "/join_a_guild"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_player_joins_a_guild(client: FlaskClient, log: MemoryLog, path: str, method: str) -> None:
    assert client.open(path, method=method, headers=HOST).text == "Joined guild.\n"
    assert (stored(log)["event_type"], stored(log)["guild_name"]) == ("join_guild", DEFAULT_GUILD)
    client.open(path, method=method, query_string={"guild_name": "owls", "user_id": "ada"})
    assert (stored(log)["user_id"], stored(log)["guild_name"]) == ("ada", "owls")


def test_a_player_leaves_a_guild(client: FlaskClient, log: MemoryLog) -> None:
    assert client.delete("/join_a_guild?user_id=ada").text == "Left guild.\n"
    assert (stored(log)["event_type"], stored(log)["guild_name"]) == ("leave_guild", None)
    client.delete("/join_a_guild", json={"user_id": "ada", "guild_name": "owls"})
    assert stored(log)["guild_name"] == "owls"


@pytest.mark.parametrize(
    "request_",
    [
        {"query_string": {"user_id": "ada", "quantity": "3", "price": "1.5"}},
        {"json": {"user_id": "ada", "quantity": 3, "price": 1.5}},
        {"data": '\n {"user_id": "ada", "quantity": 3, "price": 1.5}', "content_type": "text/plain"},
        {"data": {"user_id": "ada", "quantity": "3", "price": "1.5"}},
        {"query_string": {"user_id": "ada", "quantity": "3"}, "json": {"price": 1.5}},
        {"query_string": {"user_id": "ada"}, "data": {"quantity": "3", "price": "1.5"}},
    ],
    ids=["query", "json", "json as text", "form", "query and json", "query and form"],
)
def test_what_was_bought_may_stand_in_query_form_or_json(client: FlaskClient, log: MemoryLog, request_: dict[str, Any]) -> None:
    assert client.post("/purchase/knife", **request_).status_code == 200
    event = stored(log)
    assert (event["user_id"], event["item_type"], event["quantity"], event["price"]) == ("ada", "knife", 3, 1.5)


def test_an_empty_json_object_means_the_defaults(client: FlaskClient, log: MemoryLog) -> None:
    assert client.post("/purchase/knife", data=" { } ", headers=HOST).status_code == 200
    assert stored(log)["user_id"] == "user1.comcast.com"


def test_the_answer_has_the_same_length_for_every_event(client: FlaskClient) -> None:
    answers = [
        client.get("/purchase_a_x", query_string={"user_id": "a"}),
        client.get("/purchase_a_" + "x" * 100, query_string={"user_id": "a" * 200, "quantity": "1000000", "event_id": "e" * 200}),
        client.get("/purchase/sword", headers=HOST | {"X-Event-Id": "1"}),
    ]
    assert {(answer.status_code, len(answer.data), answer.content_type) for answer in answers} == {(200, 11, "text/plain; charset=utf-8")}


@pytest.mark.parametrize(
    "item",
    [
        "sword'; DROP TABLE events;--",
        "../../etc/passwd",
        "..%2f..%2fetc",
        "<script>",
        "épée",
        "剑",
        "a b",
        "\x00",
        "x\r\nSet-Cookie: a=b",
        '"',
        "\\",
        "%",
        "{}",
    ],
)
def test_any_text_may_name_an_item(client: FlaskClient, log: MemoryLog, item: str) -> None:
    answer = raw_get(client, "/purchase_a_" + item.encode().decode("latin-1"), "user_id=ada")
    if "/" in item:
        assert answer.status_code == 404
    else:
        assert answer.status_code == 200
        assert stored(log)["item_type"] == item


@pytest.mark.parametrize(
    ("path", "query", "reason"),
    [
        ("/purchase_a_\xff", "user_id=ada", "not_an_event"),
        ("/purchase_a_sword", "user_id=%ff", "not_an_event"),
        ("/purchase_a_sword", "user_id=\xff", "not_an_event"),
        ("/purchase_a_sword", "&".join(f"a{number}=1" for number in range(101)), "malformed_json"),
        ("/purchase_a_sword", "user_id=ada&quantity=three", "wrong_type"),
        ("/purchase_a_sword", "user_id=ada&quantity=1.5", "wrong_type"),
        ("/purchase_a_sword", "user_id=ada&quantity=0", "out_of_range"),
        ("/purchase_a_sword", "user_id=ada&quantity=" + "9" * 29, "out_of_range"),
        ("/purchase_a_sword", "user_id=ada&quantity=" + "9" * 40, "wrong_type"),
        ("/purchase_a_sword", "user_id=ada&price=NaN", "wrong_type"),
        ("/purchase_a_sword", "user_id=ada&price=1e999", "out_of_range"),
        ("/purchase_a_sword", "user_id=", "out_of_range"),
        ("/purchase_a_sword", "user_id=ada&colour=red", "unknown_field"),
        ("/purchase_a_sword", "user_id=ada&user_id=bob", "duplicate_key"),
        ("/purchase_a_sword", "user_id=ada&item_type=shield", "duplicate_key"),
        ("/purchase_a_sword", "user_id=ada&event_type=heal", "duplicate_key"),
        ("/join_guild", "user_id=ada&guild_name=" + "g" * 101, "out_of_range"),
        ("/purchase_a_" + "x" * 101, "user_id=ada", "out_of_range"),
    ],
)
def test_what_is_no_event_is_refused_and_kept(client: FlaskClient, log: MemoryLog, path: str, query: str, reason: str) -> None:
    answer = raw_get(client, path, query)
    assert (answer.status_code, answer.content_type, answer.json["type"]) == (422, "application/problem+json", f"/problems/{reason}")
    [record] = log.dead_letters
    assert record.value
    assert dict(record.headers)["eddyline_reason"].decode() == reason
    assert log.events == []


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"{", "application/json", "malformed_json"),
        (b'{"quantity": 1} {}', "application/json", "malformed_json"),
        (b"[1]", "application/json", "malformed_json"),
        (b"nonsense", "text/plain", "malformed_json"),
        (b"user_id=%ff", "application/x-www-form-urlencoded", "not_an_event"),
        (b"user_id=\xff", "application/x-www-form-urlencoded", "not_an_event"),
        (b'{"quantity": 1, "quantity": 2}', "application/json", "duplicate_key"),
        (b'{"item_type": "shield"}', "application/json", "duplicate_key"),
    ],
)
def test_a_body_that_means_no_event_is_refused_and_kept_as_it_came(client: FlaskClient, log: MemoryLog, body: bytes, content_type: str, reason: str) -> None:
    answer = client.post("/purchase/sword", data=body, content_type=content_type)
    assert (answer.status_code, answer.json["type"]) == (422, f"/problems/{reason}")
    assert body.strip(b"{} ") in (log.dead_letters[0].value or b"")


def test_without_user_and_host_nobody_bought_anything(client: FlaskClient, log: MemoryLog) -> None:
    answer = raw_get(client, "/purchase_a_sword", HTTP_HOST="")
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/missing_field")


def test_a_body_above_the_limit_is_refused(client: FlaskClient, log: MemoryLog) -> None:
    assert client.post("/purchase/sword", data=b"x" * 9_000_000).status_code == 413
    assert len(log.dead_letters) == 1


def test_without_the_broker_the_answer_carries_the_id_for_a_resend(client: FlaskClient, log: MemoryLog) -> None:
    log.acknowledges = 0
    answer = client.get("/purchase_a_sword", headers=HOST)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.headers["X-Event-Id"] == answer.json["items"][0]["event_id"]


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("user1.comcast.com", "user1.comcast.com"),
        ("user1.comcast.com:8080", "user1.comcast.com"),
        ("[::1]:5000", "[::1]"),
        ("[::1]", "[::1]"),
        ("::1", "::1"),
        ("a:b", "a:b"),
    ],
)
def test_a_host_header_names_the_user_without_its_port(host: str, name: str) -> None:
    assert host_name(host) == name
