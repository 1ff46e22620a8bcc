import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from memory_log import MemoryLog
from werkzeug.test import TestResponse

from eddyline.contracts.decode import MAX_EVENT_BYTES, Accepted, decode

HEAL = {"event_type": "heal", "user_id": "ada", "amount": 5.0}
BAD = {"event_type": "heal", "user_id": "ada", "amount": "much"}
MakeClient = Callable[..., FlaskClient]


def lines(*documents: object) -> bytes:
    return b"\n".join(json.dumps(document).encode() for document in documents)


def post(client: FlaskClient, body: object, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/events", data=body if isinstance(body, bytes) else json.dumps(body), headers=named)


def reasons(log: MemoryLog) -> list[str]:
    return [dict(record.headers)["eddyline_reason"].decode() for record in log.dead_letters]


def test_one_event_is_stored_with_what_the_door_knows(client: FlaskClient, log: MemoryLog) -> None:
    forged = {"tenant": "forged", "remote_address": "6.6.6.6", "headers": {"a": "b"}}
    answer = post(client, HEAL | forged, Authorization="Bearer x", User_Agent="test", Host="h:80")
    assert (answer.status_code, answer.json) == (202, {"accepted": 1, "rejected": []})
    [record] = log.events
    event = json.loads(record.value or b"")
    assert (record.key, event["event_id"]) == (b"ada", answer.headers["X-Event-Id"])
    assert (event["tenant"], event["remote_address"], event["headers"]) == ("public", "127.0.0.1", {"User-Agent": "test", "Host": "h:80"})
    assert event["occurred_at"] == event["received_at"]


def test_a_record_is_a_cloud_event_in_binary_mode(client: FlaskClient, log: MemoryLog) -> None:
    post(client, HEAL | {"event_id": "one", "occurred_at": "2026-11-23T08:00:00+02:00"})
    headers = dict(log.events[0].headers)
    assert headers.pop("ce_time") == b"2026-11-23T06:00:00+00:00"
    assert headers == {"ce_id": b"one", "ce_type": b"heal", "ce_source": b"/eddyline/api", "ce_specversion": b"1.0", "content-type": b"application/json"}


def test_what_the_door_writes_the_landing_job_accepts_unchanged(client: FlaskClient, log: MemoryLog) -> None:
    post(client, HEAL)
    record = log.events[0]
    decoded = decode(record.value, "kafka:events:0:0", datetime.now(UTC))
    assert isinstance(decoded, Accepted)
    assert decoded.event.event_id == json.loads(record.value or b"")["event_id"]


@pytest.mark.parametrize("header", ["X_Event_Id", "Idempotency_Key"])
def test_a_resend_gets_the_same_id(client: FlaskClient, log: MemoryLog, header: str) -> None:
    first, second = post(client, HEAL, **{header: "order-7"}), post(client, HEAL, **{header: "order-7"})
    assert first.headers["X-Event-Id"] == second.headers["X-Event-Id"]
    assert len({json.loads(record.value or b"")["event_id"] for record in log.events}) == 1


def test_a_resent_batch_gets_the_same_ids(client: FlaskClient, log: MemoryLog) -> None:
    for _ in range(2):
        post(client, [HEAL, HEAL | {"event_id": "own"}], Idempotency_Key="batch")
    ids = [json.loads(record.value or b"")["event_id"] for record in log.events]
    assert ids[:2] == ids[2:]
    assert ids[1] == "own"
    assert ids[0].endswith(":0")


def test_the_clients_own_event_id_is_kept(client: FlaskClient, log: MemoryLog) -> None:
    answer = post(client, HEAL | {"event_id": "zwölf\n\r: 12"}, X_Event_Id="ignored")
    assert answer.headers["X-Event-Id"] == "zw%C3%B6lf%0A%0D:%2012"
    assert json.loads(log.events[0].value or b"")["event_id"] == "zwölf\n\r: 12"


@pytest.mark.parametrize("header", ["X_Event_Id", "Idempotency_Key"])
@pytest.mark.parametrize("batch", [False, True])
def test_an_unreadable_id_is_refused_rather_than_shared(client: FlaskClient, log: MemoryLog, header: str, batch: bool) -> None:
    assert post(client, [HEAL] if batch else HEAL, **{header: ""}).status_code == 422
    assert reasons(log) == ["out_of_range"]


def test_an_id_that_is_too_long_is_refused(client: FlaskClient, log: MemoryLog) -> None:
    answer = post(client, HEAL, X_Event_Id="x" * 201)
    assert (answer.status_code, answer.json["rejected"][0]["problem"]["reason"]) == (422, "out_of_range")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (json.dumps([HEAL, BAD, HEAL]).encode(), "application/json"),
        (b" \n" + json.dumps([HEAL, BAD, HEAL], indent=1).encode(), ""),
        (lines(HEAL, BAD, HEAL), "application/x-ndjson"),
        (lines(HEAL, BAD, HEAL).replace(b"\n", b"\r\n\n \n") + b"\n", "application/x-ndjson; charset=utf-8"),
    ],
)
def test_a_batch_takes_what_is_valid_and_names_what_is_not(client: FlaskClient, log: MemoryLog, body: bytes, content_type: str) -> None:
    answer = post(client, body, Content_Type=content_type)
    assert answer.status_code == 202
    assert answer.json["accepted"] == len(log.events) == 2
    [rejected] = answer.json["rejected"]
    assert (rejected["index"], rejected["problem"]["reason"]) == (1, "wrong_type")
    assert reasons(log) == ["wrong_type"]
    assert json.loads(log.dead_letters[0].value or b"") == BAD


def test_white_space_of_any_length_may_stand_before_an_array(client: FlaskClient) -> None:
    assert post(client, b"\n" * 1000 + json.dumps([HEAL, HEAL]).encode()).json["accepted"] == 2


def test_a_line_of_what_only_python_calls_white_space_is_not_passed_over(client: FlaskClient, log: MemoryLog) -> None:
    answer = post(client, lines(HEAL) + b"\n\x0b\n" + b"\x0c" + lines(HEAL), Content_Type="application/x-ndjson")
    assert (answer.json["accepted"], [each["index"] for each in answer.json["rejected"]]) == (1, [1, 2])
    assert [record.value for record in log.dead_letters] == [b"\x0b", b"\x0c" + lines(HEAL)]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"[]", "empty"),
        (b"not JSON", "malformed_json"),
        (b'{"event_type":"heal","user_id":"ada","amount":NaN}', "malformed_json"),
        (b'{"event_type":"heal","user_id":"ada","amount":5', "malformed_json"),
        (b'[{"event_type":"heal"}', "malformed_json"),
        (b"[" * 100_000, "malformed_json"),
        (b'{"a":' * 40_000, "malformed_json"),
        (b"\xff\xfe{}", "malformed_json"),
        (b'{"event_type":"heal","user_id":"ada","user_id":"bob","amount":5}', "duplicate_key"),
        (b"7", "not_an_event"),
        (b"[7]", "not_an_event"),
        (b'{"event_type":"fly","user_id":"ada"}', "unknown_event_type"),
        (b'{"event_type":"heal","user_id":"ada"}', "missing_field"),
        (b'{"event_type":"heal","user_id":"ada","amount":5,"mood":"good"}', "unknown_field"),
        (b'{"event_type":"heal","user_id":"ada","amount":-5}', "out_of_range"),
        (b'{"event_type":"heal","user_id":"ada","amount":5,"occurred_at":"2999-01-01T00:00:00Z"}', "clock"),
    ],
)
def test_a_request_without_a_valid_event_is_refused_and_kept(client: FlaskClient, log: MemoryLog, body: bytes, reason: str) -> None:
    answer = post(client, body)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.json["type"] == f"/problems/{reason}"
    assert (answer.json["accepted"], [each["index"] for each in answer.json["rejected"]]) == (0, [0])
    assert answer.headers["X-Event-Id"]
    assert log.events == []
    [record] = log.dead_letters
    headers = dict(record.headers)
    assert (headers["eddyline_reason"].decode(), headers["ce_type"]) == (reason, b"dead_letter")
    assert headers["eddyline_tenant"] == b"public"
    assert int(headers["eddyline_length"]) == len(record.value or b"")


def test_a_problem_never_holds_the_refused_value(client: FlaskClient) -> None:
    answer = post(client, {"event_type": "heal", "user_id": "secret-user", "amount": "secret-amount", "occurred_at": "secret-time"}, X_Event_Id="visible")
    assert answer.status_code == 422
    assert b"secret" not in answer.data


def test_an_event_above_256_kib_is_a_refused_item_and_kept_in_part(client: FlaskClient, log: MemoryLog) -> None:
    answer = post(client, [HEAL, HEAL | {"user_id": "u" * 300_000}])
    assert (answer.status_code, answer.json["accepted"]) == (202, 1)
    assert answer.json["rejected"][0]["problem"]["reason"] == "too_large"
    [record] = log.dead_letters
    assert len(record.value or b"") == MAX_EVENT_BYTES
    assert int(dict(record.headers)["eddyline_length"]) > 300_000


def test_a_body_above_the_limit_is_refused_and_its_start_kept(client: FlaskClient, log: MemoryLog) -> None:
    answer = post(client, b"[" + b" " * 9_000_000 + b"]")
    assert (answer.status_code, answer.json["type"]) == (413, "/problems/body_too_large")
    [record] = log.dead_letters
    assert len(record.value or b"") == MAX_EVENT_BYTES
    assert dict(record.headers)["eddyline_length"] == b"9000002"


def test_a_batch_may_be_as_large_as_the_limit(make_client: MakeClient, log: MemoryLog) -> None:
    client = make_client(max_batch_events=50)
    assert post(client, [HEAL] * 50).json["accepted"] == 50
    assert post(client, lines(*[HEAL] * 51), Content_Type="application/x-ndjson").status_code == 413
    assert post(client, [HEAL] * 51).status_code == 413
    assert (len(log.events), reasons(log)) == (50, ["too_large", "too_large"])


def test_without_the_broker_nothing_is_called_accepted(client: FlaskClient, log: MemoryLog) -> None:
    log.acknowledges = 0
    answer = post(client, HEAL, X_Event_Id="again")
    assert (answer.status_code, answer.headers["Retry-After"], answer.headers["X-Event-Id"]) == (503, "1", "again")
    assert answer.json["items"] == [{"index": 0, "event_id": "again", "valid": True, "status": "unconfirmed"}]
    assert answer.json["accepted"] == 0
    assert log.appended == 1


def test_a_broker_that_fails_in_the_middle_gives_the_status_of_each_item(client: FlaskClient, log: MemoryLog) -> None:
    log.acknowledges = 2
    answer = post(client, [HEAL, BAD, HEAL, BAD], X_Event_Id="batch")
    assert answer.status_code == 503
    assert answer.json["accepted"] == 1
    assert [(item["event_id"], item["valid"], item["status"]) for item in answer.json["items"]] == [
        ("batch:0", True, "acknowledged"),
        ("batch:1", False, "acknowledged"),
        ("batch:2", True, "unconfirmed"),
        ("batch:3", False, "unconfirmed"),
    ]


@pytest.mark.parametrize("body", [b"not JSON", b"x" * 9_000_000], ids=["malformed", "too large"])
def test_a_refusal_that_cannot_be_kept_is_unavailable(client: FlaskClient, log: MemoryLog, body: bytes) -> None:
    log.acknowledges = 0
    answer = post(client, body)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.headers["X-Event-Id"]


def test_too_many_headers_refuse_the_event(client: FlaskClient, log: MemoryLog) -> None:
    many = {f"X_H{number}": "v" for number in range(101)}
    assert post(client, HEAL, **many).status_code == 422
    assert reasons(log) == ["out_of_range"]
