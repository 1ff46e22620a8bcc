"""Clients that hold what they can for as long as they like, with real sockets, while others want to be served."""

import re
import socket
import sys
from pathlib import Path

import pytest
from tenacity import Retrying, stop_after_delay, wait_fixed

from eddyline.kafka.clients import connect
from eddyline.settings import PROJECT_ROOT, KafkaSettings

sys.path.insert(0, str(PROJECT_ROOT / "tests" / "integration"))
from api_server import ApiServer, running_api

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="slow bodies are ended by what Linux' kernel tells (docs/security.md)"),
]
EVENT = b'{"event_type":"heal","user_id":"%s","amount":1}'
THREADS = 4
BODY = b"POST /events HTTP/1.1\r\nHost: slow\r\nContent-Length: 100\r\n\r\n{"
CHUNKS = b"POST /events HTTP/1.1\r\nHost: slow\r\nTransfer-Encoding: chunked\r\n\r\n" + b"2e\r\n" + (EVENT % b"slow")[:-1] + b"\r\n"
HEAD = b"POST /events HTTP/1.1\r\nHost: sl"


def opened(server: ApiServer, start: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    connection.sendall(start)
    return connection


def answer_of(connection: socket.socket) -> bytes:
    """Read until the server hangs up; a reset counts as that."""
    answer = b""
    try:
        while chunk := connection.recv(65536):
            answer += chunk
    except ConnectionResetError:
        pass
    return answer


def values(kafka: KafkaSettings) -> list[bytes]:
    log = connect(kafka)
    try:
        return [record.value or b"" for part, (start, end) in log.end_offsets("events").items() for record in log.read("events", part, start, end)]
    finally:
        log.close()


def turned_away(server: ApiServer) -> int:
    found = re.search(rb'turned_away_total{problem="slow_body"} (\d+)', server.request("GET", "/metrics")[2])
    return int(found[1]) if found else 0


@pytest.mark.parametrize("start", [BODY, CHUNKS], ids=["length", "chunks"])
def test_bodies_that_never_end_are_ended_and_others_are_served(kafka_settings: KafkaSettings, start: bytes) -> None:
    with running_api(kafka_settings, threads=THREADS) as server:
        held = [opened(server, start) for _ in range(3 * THREADS)]
        for number in range(10):
            user = b"quick-%d" % number
            assert server.request("POST", "/events", EVENT % user)[0] == 202
        answers = [answer_of(connection) for connection in held]
        statuses = {answer[9:12] for answer in answers}
        # One that was ended while it still waited for a thread is a body that was cut off; without a length it counts as large, and few may be.
        assert statuses <= {b"408", b"422", b"503"}
        assert start is CHUNKS or (b"408" in statuses and turned_away(server) >= THREADS)
        assert not any(b'"slow"' in (value or b"") for value in values(kafka_settings))


def test_a_body_that_trickles_is_ended_too(kafka_settings: KafkaSettings) -> None:
    with running_api(kafka_settings, threads=THREADS) as server:
        held = [opened(server, BODY) for _ in range(THREADS)]
        for attempt in Retrying(stop=stop_after_delay(40), wait=wait_fixed(0.2), reraise=True):
            with attempt:
                for connection in held:
                    connection.send(b" ", socket.MSG_NOSIGNAL)
                assert turned_away(server) >= 1


def test_a_connection_without_a_whole_head_is_closed(kafka_settings: KafkaSettings) -> None:
    with running_api(kafka_settings, threads=THREADS) as server:
        held = [opened(server, start) for start in (b"", HEAD) for _ in range(50)]
        assert server.status("/purchase_a_sword?user_id=ada") == 200
        assert [answer_of(connection) for connection in held] == [b""] * len(held)
        assert server.status("/purchase_a_sword?user_id=ada") == 200


def test_a_body_in_two_parts_is_taken_if_the_second_comes_soon(kafka_settings: KafkaSettings) -> None:
    with running_api(kafka_settings) as server:
        event = EVENT % b"pause"
        connection = opened(server, b"POST /events HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(event))
        for attempt in Retrying(stop=stop_after_delay(30), wait=wait_fixed(0.5), reraise=True):
            with attempt:  # long enough to be looked at, as many requests of others show
                assert server.status("/purchase_a_sword?user_id=ada") == 200
                assert attempt.retry_state.attempt_number >= 4
        connection.sendall(event)
        assert answer_of(connection).startswith(b"HTTP/1.1 202 ")
