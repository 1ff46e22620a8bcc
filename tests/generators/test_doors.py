import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from eddyline.errors import SettingsError
from eddyline.game.traffic import Kind, Parcel
from generators.doors import HttpDoor, Outcome

ACKNOWLEDGED, REFUSED, UNANSWERED = Outcome.ACKNOWLEDGED, Outcome.REFUSED, Outcome.UNANSWERED


class ScriptedApi(ThreadingHTTPServer):
    """Answers what the test says, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer: tuple[int, object] = (202, {})
        self.requests: list[tuple[str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: ScriptedApi
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.server.requests.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
        status, document = self.server.answer
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def api() -> Iterator[ScriptedApi]:
    with ScriptedApi() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def door(api: ScriptedApi) -> Iterator[HttpDoor]:
    door = HttpDoor(api.url, 1, in_batches=False)
    yield door
    door.close()


@pytest.fixture
def batch_door(api: ScriptedApi) -> Iterator[HttpDoor]:
    door = HttpDoor(api.url, 1, in_batches=True)
    yield door
    door.close()


def parcel(number: int = 0) -> Parcel:
    return Parcel(Kind.VALID, b'{"n":%d}' % number, "user1", "user1.cox.com", f"id-{number}", "log_in")


def test_a_body_goes_to_the_events_route_from_its_players_host(api: ScriptedApi, door: HttpDoor) -> None:
    assert door.attempt([parcel()]) == [ACKNOWLEDGED]
    path, headers, body = api.requests[0]
    assert (path, headers["Host"], headers["Content-Type"], body) == ("/events", "user1.cox.com", "application/json", b'{"n":0}')


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(202, ACKNOWLEDGED), (200, ACKNOWLEDGED), (422, REFUSED), (413, REFUSED), (400, REFUSED), (503, UNANSWERED), (500, UNANSWERED), (429, UNANSWERED)],
)
def test_the_status_of_a_single_event_is_its_outcome(api: ScriptedApi, door: HttpDoor, status: int, outcome: Outcome) -> None:
    api.answer = (status, {"title": "whatever"})
    assert door.attempt([parcel()]) == [outcome]


def test_a_batch_travels_as_lines_and_its_refusals_are_named_by_index(api: ScriptedApi, batch_door: HttpDoor) -> None:
    api.answer = (202, {"accepted": 2, "rejected": [{"index": 1, "problem": {}}]})
    assert batch_door.attempt([parcel(0), parcel(1), parcel(2)]) == [ACKNOWLEDGED, REFUSED, ACKNOWLEDGED]
    assert api.requests[0][2].splitlines() == [b'{"n":0}', b'{"n":1}', b'{"n":2}']
    assert api.requests[0][1]["Content-Type"] == "application/x-ndjson"


def test_a_batch_without_a_valid_item_is_refused_item_by_item(api: ScriptedApi, batch_door: HttpDoor) -> None:
    api.answer = (422, {"accepted": 0, "rejected": [{"index": 0}, {"index": 1}]})
    assert batch_door.attempt([parcel(0), parcel(1)]) == [REFUSED, REFUSED]


def test_of_a_batch_cut_by_an_outage_only_what_was_not_stored_is_unanswered(api: ScriptedApi, batch_door: HttpDoor) -> None:
    statuses = ["acknowledged", "unconfirmed", "acknowledged", "not_sent"]
    items = [{"index": index, "event_id": "x", "valid": index != 2, "status": status} for index, status in enumerate(statuses)]
    api.answer = (503, {"rejected": [{"index": 2}], "items": items})
    assert batch_door.attempt([parcel(number) for number in range(4)]) == [ACKNOWLEDGED, UNANSWERED, REFUSED, UNANSWERED]


def test_a_503_from_something_else_leaves_all_unanswered(api: ScriptedApi, batch_door: HttpDoor) -> None:
    api.answer = (503, "no document of ours")
    assert batch_door.attempt([parcel(0), parcel(1)]) == [UNANSWERED, UNANSWERED]


def test_nobody_there_leaves_all_unanswered() -> None:
    door = HttpDoor("http://127.0.0.1:1", 1, in_batches=True)
    assert door.attempt([parcel(0), parcel(1)]) == [UNANSWERED, UNANSWERED]
    door.close()


@pytest.mark.parametrize("address", ["localhost:5000", "ftp://somewhere", "http://", ""])
def test_what_is_no_address_is_refused_with_an_example(address: str) -> None:
    with pytest.raises(SettingsError, match="http://127"):
        HttpDoor(address, 1, in_batches=False)


@pytest.mark.parametrize("status", [401, 403])
def test_a_door_that_wants_a_key_has_refused_no_event(api: ScriptedApi, door: HttpDoor, batch_door: HttpDoor, status: int) -> None:
    api.answer = status, {}
    assert door.attempt([parcel()]) == [Outcome.KEPT_OUT]
    assert batch_door.attempt([parcel(1), parcel(2)]) == [Outcome.KEPT_OUT] * 2
