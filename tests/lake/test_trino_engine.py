"""What a question does when Trino's only worker is late: asked again within bounds, and said when it stays away."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from eddyline.errors import QueryError
from eddyline.lake import trino_engine
from eddyline.settings import Settings, load

COLUMN = {"name": "n", "type": "bigint", "typeSignature": {"rawType": "bigint", "arguments": []}}
ANSWER = {"columns": [COLUMN], "data": [[7]]}


def refusal(name: str) -> dict[str, object]:
    return {"error": {"errorName": name, "errorType": "INTERNAL_ERROR", "message": f"because of {name}"}}


@pytest.fixture
def serve(monkeypatch) -> Iterator[Callable[..., tuple[Settings, list[str]]]]:
    """Speak Trino's protocol with the given answers in turn, the last one for ever: a real one cannot be made nodeless at will."""
    monkeypatch.setattr(trino_engine, "PAUSE_S", 0.0)
    servers = []

    def start(*answers: dict[str, object]) -> tuple[Settings, list[str]]:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                answer = answers[min(len(asked), len(answers)) - 1]
                body = json.dumps({"id": f"q{len(asked)}", "infoUri": "", "stats": {"state": "FINISHED"}, **answer}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_request(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return load(trino={"port": server.server_port}), asked

    yield start
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_worker_that_is_late_is_waited_for(serve):
    settings, asked = serve(refusal(trino_engine.NODELESS), refusal(trino_engine.NODELESS), ANSWER)
    assert trino_engine.run("SELECT 7 AS n", settings).to_pylist() == [{"n": 7}]
    assert len(asked) == 3


def test_a_worker_that_stays_away_is_said(serve):
    settings, asked = serve(refusal(trino_engine.NODELESS))
    with pytest.raises(QueryError, match="because of NO_NODES_AVAILABLE"):
        trino_engine.run("SELECT 7 AS n", settings)
    assert len(asked) == trino_engine.ATTEMPTS


def test_any_other_refusal_is_final(serve):
    settings, asked = serve(refusal("DIVISION_BY_ZERO"), ANSWER)
    with pytest.raises(QueryError, match="DIVISION_BY_ZERO"):
        trino_engine.run("SELECT 7 AS n", settings)
    assert len(asked) == 1
