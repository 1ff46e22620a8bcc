import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from memory_log import MemoryLog
from openapi_spec_validator import validate

from api import docs
from api.openapi import document, render
from eddyline.contracts.events import GAME_EVENT_TYPES
from eddyline.settings import PROJECT_ROOT

HEAL = {"event_type": "heal", "user_id": "ada", "amount": 5.0}


def operations() -> Iterator[tuple[str, str]]:
    for path, methods in document()["paths"].items():
        yield from ((path, method) for method in methods)


def check(schema: str, answer: object) -> None:
    Draft202012Validator({"$ref": f"#/components/schemas/{schema}", "components": document()["components"]}).validate(answer)


def test_the_document_is_valid_openapi() -> None:
    validate(document())


def test_the_rendered_file_is_current() -> None:
    assert (PROJECT_ROOT / "docs/openapi.json").read_text("utf-8") == render(), "run `python -m api.openapi > docs/openapi.json`"


def test_it_is_served_as_it_is_rendered(client: FlaskClient) -> None:
    assert client.get("/openapi.json").text == render()


def test_it_holds_every_event_type() -> None:
    assert {kind.__name__ for kind in GAME_EVENT_TYPES} <= document()["components"]["schemas"].keys()


@pytest.mark.parametrize(("path", "method"), list(operations()))
def test_every_route_of_the_document_answers(client: FlaskClient, path: str, method: str) -> None:
    asked = path.replace("{item_type}", "sword").replace("{user_id}", "u1") + ("?guild=Herons" if path == "/api/v1/players" else "")
    answer = client.open(asked, method=method.upper(), data=json.dumps(HEAL) if path == "/events" else None)
    assert str(answer.status_code) in document()["paths"][path][method]["responses"]
    assert answer.status_code < 300


def test_the_answers_are_as_described(client: FlaskClient, log: MemoryLog) -> None:
    check("Result", client.post("/events", data=json.dumps([HEAL, 7])).json)
    check("Refusal", client.post("/events", data="7").json)
    check("Problem", client.post("/events", data="x" * 9_000_000).json)
    check("Problem", client.get("/nothing").json)
    log.acknowledges = 0
    check("Unconfirmed", client.post("/events", data=json.dumps([HEAL, 7])).json)
    check("Problem", client.get("/readyz").json)


def test_an_event_that_the_schema_takes_is_accepted(client: FlaskClient) -> None:
    check("GameEvent", HEAL)
    assert client.post("/events", data=json.dumps(HEAL)).status_code == 202


def test_the_page_needs_no_network(client: FlaskClient) -> None:
    answer = client.get("/docs")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert not re.search(r"https?://|src=|@import|url\(|<link", answer.text)
    assert Path(docs.PAGE).read_text("utf-8") == answer.text
