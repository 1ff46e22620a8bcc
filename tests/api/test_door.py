from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from memory_log import MemoryLog

from api.problems import PROBLEMS

MakeClient = Callable[..., FlaskClient]
PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("path", "method", "allow"),
    [
        ("/events", "GET", {"POST", "OPTIONS"}),
        ("/events", "HEAD", {"POST", "OPTIONS"}),
        ("/events", "BREW", {"POST", "OPTIONS"}),
        ("/purchase_a_sword", "HEAD", {"GET", "POST", "OPTIONS"}),
        ("/purchase/sword", "DELETE", {"GET", "POST", "OPTIONS"}),
        ("/join_guild", "PUT", {"GET", "POST", "DELETE", "OPTIONS"}),
        ("/healthz", "POST", {"GET", "HEAD", "OPTIONS"}),
        ("/metrics", "DELETE", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(client: FlaskClient, log: MemoryLog, path: str, method: str, allow: set[str]) -> None:
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.content_type) == (405, PROBLEM)
    assert set(answer.headers["Allow"].split(", ")) == allow
    assert log.appended == 0


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/event",
        "/events/",
        "/events/1",
        "/purchase",
        "/purchase/",
        "/purchase_a_",
        "/purchase/a/b",
        "/join",
        "/problems/none",
        "/purchase_a_x/y",
        "/%ff",
        "/../etc",
    ],
)
def test_an_unknown_path_is_a_problem_document(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.content_type, answer.json["type"]) == (404, PROBLEM, "/problems/not_found")


@pytest.mark.parametrize(("path", "methods"), [("/events", {"POST"}), ("/purchase/x", {"GET", "POST"}), ("/healthz", {"GET", "HEAD"})])
def test_options_lists_the_methods(client: FlaskClient, path: str, methods: set[str]) -> None:
    answer = client.options(path)
    assert answer.status_code in (200, 204)
    assert set(answer.headers["Allow"].split(", ")) == methods | {"OPTIONS"}


def test_head_answers_without_a_body_where_get_has_no_effect(client: FlaskClient) -> None:
    assert (client.head("/healthz").status_code, client.head("/healthz").data) == (200, b"")


@pytest.mark.parametrize("path", ["/events", "/healthz", "/nothing"])
def test_without_a_setting_no_page_of_another_origin_may_read_answers(client: FlaskClient, path: str) -> None:
    answer = client.post(path, headers={"Origin": "https://game.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/events", "/healthz", "/nothing"])
def test_a_named_origin_may_read_answers_and_others_may_not(make_client: MakeClient, path: str) -> None:
    client = make_client(cors_origins=("https://game.example",))
    named, other = (client.post(path, headers={"Origin": origin}).headers for origin in ("https://game.example", "https://evil.example"))
    assert (named["Access-Control-Allow-Origin"], named["Vary"]) == ("https://game.example", "Origin")
    assert "X-Event-Id" in named["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Origin" not in other
    assert other["Vary"] == "Origin"


def test_every_origin_may_read_answers_where_the_setting_says_so(make_client: MakeClient) -> None:
    answer = make_client(cors_origins=("*",)).options("/events", headers={"Origin": "https://any.example", "Access-Control-Request-Method": "POST"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Idempotency-Key" in answer.headers["Access-Control-Allow-Headers"]


class MistakenLog(MemoryLog):
    """A log with a mistake of ours in it."""

    def append(self, *record: object, **more: object) -> None:  # type: ignore[override]
        raise ZeroDivisionError("a secret detail")


def test_a_mistake_of_ours_costs_one_answer_and_tells_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    from api.app import create_app
    from eddyline.settings import load

    client = create_app(load(), MistakenLog()).test_client()
    answer = client.get("/purchase_a_sword?user_id=ada")
    assert (answer.status_code, answer.content_type, answer.json["type"]) == (500, PROBLEM, "/problems/internal")
    assert b"secret" not in answer.data
    printed = capsys.readouterr()
    assert "a secret detail" in printed.out + printed.err
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("kind", PROBLEMS)
def test_every_problem_type_can_be_looked_up(client: FlaskClient, kind: str) -> None:
    answer = client.get(f"/problems/{kind}")
    assert (answer.status_code, answer.json["type"]) == (200, f"/problems/{kind}")
