"""Whatever comes in, the door answers below 500, and everything that came is in exactly one topic."""

import json

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from memory_log import MemoryLog

from api.app import create_app
from eddyline.settings import load

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=10)
names = st.sampled_from(["event_type", "user_id", "amount", "item_type", "price", "quantity", "occurred_at", "event_id", "headers", "tenant", "level"])
values = st.sampled_from(["heal", "purchase_item", "ada", 5, 5.5, -1, "2026-11-23T06:00:00Z", None, {}, "x" * 300, True]) | anything
near_events = st.dictionaries(names, values, max_size=8)
documents = (near_events | anything).map(lambda value: json.dumps(value).encode())
damaged = st.builds(lambda body, at, junk: body[: at % (len(body) + 1)] + junk + body[at % (len(body) + 1) :], documents, st.integers(0), st.binary(max_size=5))
bodies = st.binary(max_size=200) | documents | damaged
latin = st.text(st.characters(max_codepoint=255, min_codepoint=0), max_size=60)
content_types = st.sampled_from(["application/json", "application/x-ndjson", "application/x-www-form-urlencoded", "text/plain", ""])


def fresh() -> tuple[FlaskClient, MemoryLog]:
    log = MemoryLog()
    return create_app(load(), log).test_client(), log


CLIENT, LOG = fresh()
examples = settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])


@examples
@given(body=bodies, content_type=content_types)
def test_any_body_gets_an_answer_and_a_place(body: bytes, content_type: str) -> None:
    before = LOG.appended
    answer = CLIENT.post("/events", data=body, content_type=content_type)
    assert answer.status_code in (202, 422)
    assert LOG.appended - before == answer.json["accepted"] + len(answer.json["rejected"])
    assert (answer.status_code == 202) == (answer.json["accepted"] > 0)


@examples
@given(items=st.lists(near_events | anything, min_size=1, max_size=20), as_lines=st.booleans())
def test_a_batch_conserves_its_items(items: list[object], as_lines: bool) -> None:
    before = len(LOG.events), len(LOG.dead_letters)
    body = b"\n".join(json.dumps(item).encode() for item in items) if as_lines else json.dumps(items).encode()
    answer = CLIENT.post("/events", data=body, content_type="application/x-ndjson" if as_lines else "application/json")
    accepted, rejected = len(LOG.events) - before[0], len(LOG.dead_letters) - before[1]
    assert (answer.json["accepted"], len(answer.json["rejected"])) == (accepted, rejected)
    if "the array is not JSON" not in answer.text:
        assert accepted + rejected == len(items)


environs = st.fixed_dictionaries(dict.fromkeys(("QUERY_STRING", "HTTP_HOST", "HTTP_X_EVENT_ID", "HTTP_IDEMPOTENCY_KEY", "HTTP_X_NOTE"), latin))
methods = st.sampled_from(["GET", "POST", "DELETE", "HEAD", "PUT"])


@examples
@given(path=latin, environ=environs, body=bodies, method=methods, content_type=content_types)
def test_no_path_query_or_header_is_a_mistake_of_ours(path: str, environ: dict[str, str], body: bytes, method: str, content_type: str) -> None:
    for start in ("/purchase_a_", "/purchase/", "/join_guild", "/"):
        answer = CLIENT.open(method=method, data=body, content_type=content_type, environ_overrides={"PATH_INFO": start + path} | environ)
        assert answer.status_code < 500
        assert all(value.isascii() and value.isprintable() for _, value in answer.headers)
