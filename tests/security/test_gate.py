"""Who may do what with a key: told apart, limited, and never written down."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import structlog
from flask.testing import FlaskClient
from limits.errors import StorageError
from werkzeug.test import TestResponse

from api import gate
from api.app import create_app
from api.caller import Caller
from api.limiter import Limiter
from eddyline.contracts.topics import EVENTS
from eddyline.kafka.log import Delivery, Record
from eddyline.keys.credentials import ID_BYTES, PERMISSIONS, SECRET_BYTES, Permission, make_key, revoke_key
from eddyline.keys.file import KeyFile
from eddyline.keys.quota import Quota
from eddyline.settings import load

HEAL = {"event_type": "heal", "user_id": "ada", "amount": 5.0}
BAD = {"event_type": "heal"}
MakeKey = Callable[..., str]


class Kept:
    """A log that acknowledges at once and keeps what it was given."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def append(self, topic: str, key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]) -> Delivery:
        self.records.append(Record(topic, 0, len(self.records), key, value, headers))
        delivery = Delivery()
        delivery.acknowledge(0, len(self.records))
        return delivery

    def end_offsets(self, topic: str) -> dict[int, tuple[int, int]]:
        return {0: (0, 0)}

    def of(self, topic: str) -> list[Record]:
        return [record for record in self.records if record.topic == topic]


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.json")


@pytest.fixture
def make(file: KeyFile) -> MakeKey:
    def make(tenant: str = "acme", allows: tuple[Permission, ...] = PERMISSIONS, limit: str = "", dead_letters: str = "") -> str:
        random = os.urandom(ID_BYTES + SECRET_BYTES)
        key, token = make_key(random, "now", name="test", tenant=tenant, allows=allows, limit=limit, dead_letter_limit=dead_letters)
        file.change(lambda ring: (msgspec.structs.replace(ring, keys=(*ring.keys, key)), None))
        return token

    return make


@pytest.fixture
def log() -> Kept:
    return Kept()


@pytest.fixture
def client(log: Kept, file: KeyFile, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(gate, "LOOK_AGAIN_S", 0.0)
    return create_app(load(api={"require_keys": True, "keys_file": str(file.path)}), log).test_client()  # type: ignore[arg-type]


def post(client: FlaskClient, body: object, token: str = "", **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()} | ({"Authorization": f"Bearer {token}"} if token else {})
    return client.post("/events", data=json.dumps(body), headers=named)


def test_the_keys_tenant_is_the_events_tenant_whatever_the_event_says(client: FlaskClient, log: Kept, make: MakeKey) -> None:
    token = make("acme")
    assert post(client, HEAL | {"tenant": "other"}, token).status_code == 202
    assert post(client, HEAL, X_Api_Key=token).status_code == 202
    assert client.get("/purchase_a_sword?user_id=ada", headers={"X-Api-Key": token}).status_code == 200
    assert post(client, BAD, token).status_code == 422
    assert {json.loads(record.value or b"")["tenant"] for record in log.of("events")} == {"acme"}
    assert [dict(record.headers)["eddyline_tenant"] for record in log.of(EVENTS.dead_letters.name)] == [b"acme"]


def test_a_key_is_nowhere_in_what_is_kept_answered_or_logged(client: FlaskClient, log: Kept, make: MakeKey) -> None:
    token = make()
    with structlog.testing.capture_logs() as logged:
        answers = [post(client, body, token) for body in (HEAL, BAD)]
        answers += [post(client, body, X_Api_Key=token) for body in (HEAL, BAD)]
        answers += [post(client, HEAL, token[:-1]), post(client, HEAL, token, X_Api_Key=token)]
    said = repr(log.records) + repr(logged) + "".join(answer.text + repr(answer.headers) for answer in answers)
    assert token.partition(".")[2][:-1] not in said
    assert token[:-2] not in said


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Basic {}"},
        {"Authorization": "{}"},
        {"Authorization": "Bearer {} x"},
        {"Authorization": "Bearer {}", "X-Api-Key": "{}"},
        {"X-Api-Key": "{}x"},
        {"X-Api-Key": ""},
        {"Cookie": "key={}"},
    ],
)
def test_without_one_right_key_nothing_is_stored(client: FlaskClient, log: Kept, make: MakeKey, headers: dict[str, str]) -> None:
    token = make()
    answer = client.post("/events", data=json.dumps(HEAL), headers={name: value.format(token) for name, value in headers.items()})
    assert (answer.status_code, answer.content_type, answer.json["type"]) == (401, "application/problem+json", "/problems/unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="eddyline"')
    assert log.records == []


def test_a_key_may_do_what_it_was_made_for(client: FlaskClient, log: Kept, make: MakeKey) -> None:
    sends, reads = make(allows=("send",)), make(allows=("read",))
    refused = post(client, HEAL, reads)
    assert (refused.status_code, refused.json["type"]) == (403, "/problems/forbidden")
    assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]
    assert client.get("/metrics", headers={"X-Api-Key": sends}).status_code == 403
    assert client.get("/metrics", headers={"X-Api-Key": reads}).status_code == 200
    assert log.records == []


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/docs", "/openapi.json", "/problems/unauthorized"])
def test_what_tells_nothing_of_others_needs_no_key(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/metrics", "/nothing", "/", "/healthz/", "/docs/../metrics", "/events"])
def test_everything_else_needs_one(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 401


def test_metrics_may_be_opened(log: Kept, file: KeyFile) -> None:
    client = create_app(load(api={"require_keys": True, "keys_file": str(file.path), "open_metrics": True}), log).test_client()  # type: ignore[arg-type]
    assert client.get("/metrics").status_code == 200


def test_a_new_key_is_taken_and_a_revoked_one_refused_without_a_restart(client: FlaskClient, file: KeyFile, make: MakeKey) -> None:
    token = make()
    assert post(client, HEAL, token).status_code == 202
    file.change(lambda ring: revoke_key(ring, ring.keys[0].id, "now"))
    assert post(client, HEAL, token).status_code == 401


def test_a_damaged_file_leaves_the_keys_as_they_were(client: FlaskClient, file: KeyFile, make: MakeKey) -> None:
    token = make()
    assert post(client, HEAL, token).status_code == 202
    file.path.write_text("{")
    assert post(client, HEAL, token).status_code == 202


def test_a_key_may_send_its_limit_and_is_told_when_to_come_back(client: FlaskClient, log: Kept, make: MakeKey) -> None:
    limited, other = make(limit="3/hour"), make()
    assert post(client, [HEAL, HEAL], limited).status_code == 202
    refused = post(client, [HEAL, HEAL], limited)
    assert (refused.status_code, refused.json["type"]) == (429, "/problems/too_many_events")
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600
    assert refused.headers["RateLimit-Policy"] == '"events";q=3;w=3600'
    assert post(client, HEAL, other).status_code == 202
    assert len(log.of("events")) == 3


def test_a_request_above_the_whole_limit_is_told_so(client: FlaskClient, make: MakeKey) -> None:
    assert "send fewer in one request" in post(client, [HEAL] * 5, make(limit="3/hour")).json["detail"]


def test_above_its_cap_refused_events_are_counted_and_not_kept(client: FlaskClient, log: Kept, make: MakeKey) -> None:
    token = make(dead_letters="2/hour")
    assert [post(client, BAD, token).status_code for _ in range(4)] == [422, 422, 429, 429]
    assert len(log.of(EVENTS.dead_letters.name)) == 2
    mixed = post(client, [HEAL, BAD], token)
    assert (mixed.status_code, mixed.json["accepted"], mixed.json["rejected"][0]["kept"]) == (202, 1, False)
    assert (len(log.of("events")), len(log.of(EVENTS.dead_letters.name))) == (1, 2)
    assert 'result="dropped"} 3' in client.get("/metrics", headers={"X-Api-Key": token}).text


def test_where_no_key_is_asked_for_nothing_is_limited(log: Kept) -> None:
    client = create_app(load(api={"event_limit": "1/hour", "dead_letter_limit": "1/hour"}), log).test_client()  # type: ignore[arg-type]
    assert [post(client, HEAL).status_code for _ in range(3)] == [202] * 3


class Away:
    """A shared storage that does not answer."""

    def hit(self, *_: object, **__: object) -> bool:
        raise StorageError(OSError("away"))


def test_without_the_shared_storage_each_worker_counts_for_itself() -> None:
    limiter = Limiter()
    limiter._shared = Away()  # type: ignore[assignment]
    caller = Caller("key", "acme", PERMISSIONS, events=(Quota(2, 3600),))
    with structlog.testing.capture_logs() as logged:
        assert [limiter.take_events(caller, 1) is None for _ in range(3)] == [True, True, False]
    assert [each["log_level"] for each in logged] == ["error"]


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/healthz", "/events", "/nothing", "/metrics"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
def test_every_answer_carries_the_security_headers(client: FlaskClient, path: str, method: str) -> None:
    headers = client.open(path, method=method).headers
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"], headers["Referrer-Policy"]) == ("nosniff", "no-store", "no-referrer")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Server"] == "eddyline"
    assert len(headers.getlist("Content-Security-Policy")) == 1


def test_a_path_that_is_too_long_is_refused(client: FlaskClient, make: MakeKey) -> None:
    answer = client.get("/purchase_a_sword?x=" + "y" * 9_000, headers={"X-Api-Key": make()})
    assert (answer.status_code, answer.json["type"]) == (414, "/problems/uri_too_long")
