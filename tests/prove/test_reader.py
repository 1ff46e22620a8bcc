"""The reader of a proof: counts every answer, and survives an API that goes away."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from eddyline.prove.reader import Reader
from eddyline.stack.ports import free_port


class Api(BaseHTTPRequestHandler):
    """Knows every second player."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        assert self.path.startswith("/api/v1/players/user")
        self.send_response(200 if int(self.path[-1]) % 2 else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass


def eventually(condition):
    until = time.monotonic() + 30
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    assert condition()


def test_answers_are_counted_and_an_api_that_is_away_answers_nothing():
    port = free_port()
    with Reader(port, seed=1) as reader:
        eventually(lambda: reader.answers[0] > 1)
        with ThreadingHTTPServer(("127.0.0.1", port), Api) as api:
            threading.Thread(target=api.serve_forever, kwargs={"poll_interval": 0.01}).start()
            eventually(lambda: reader.answers[200] and reader.answers[404])
            api.shutdown()
    assert set(reader.answers) == {0, 200, 404}
