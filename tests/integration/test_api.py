"""The API as it is served: granian in front, a real broker behind."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest
from api_server import ApiServer, Load, running_api, stored_ids, wait_until_ready
from tenacity import Retrying, stop_after_delay, wait_fixed

from eddyline.contracts.decode import MAX_EVENT_BYTES
from eddyline.kafka.clients import connect
from eddyline.kafka.log import Record
from eddyline.kafka.topics import describe_topic
from eddyline.settings import KafkaSettings

pytestmark = pytest.mark.integration
PURCHASES = b'eddyline_api_events_total{event_type="purchase_item",result="acknowledged"} %d.0'
HEAL = {"event_type": "heal", "user_id": "ada", "amount": 5.0}


@pytest.fixture(scope="module")
def server(kafka_settings: KafkaSettings) -> Iterator[ApiServer]:
    with running_api(kafka_settings, environ={"HTTP_PROXY": "http://user:secret@proxy.example"}) as server:
        yield server


def ends(kafka: KafkaSettings, topic: str) -> dict[int, tuple[int, int]]:
    log = connect(kafka)
    try:
        return log.end_offsets(topic)
    finally:
        log.close()


def records_since(kafka: KafkaSettings, topic: str, before: dict[int, tuple[int, int]]) -> list[Record]:
    log = connect(kafka)
    try:
        return [record for partition, (_, end) in log.end_offsets(topic).items() for record in log.read(topic, partition, before[partition][1], end)]
    finally:
        log.close()


def status_of(server: ApiServer, request: bytes) -> int | None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # a door that has refused need not read the rest
            connection.sendall(request)
        if b"Content-Length: 100" in request:
            connection.shutdown(socket.SHUT_WR)
        found = re.match(rb"HTTP/1\.[01] (\d+) ", connection.recv(65536))
        return int(found[1]) if found else None


def test_an_acknowledged_event_is_in_the_topic_with_its_request(server: ApiServer, kafka_settings: KafkaSettings) -> None:
    before = ends(kafka_settings, "events")
    status, headers, _ = server.request("GET", "/purchase_a_sword?quantity=2", headers={"Host": "user1.comcast.com", "Cookie": "a=b"})
    assert status == 200
    [record] = records_since(kafka_settings, "events", before)
    event = json.loads(record.value or b"")
    assert (record.key, event["user_id"], event["quantity"]) == (b"user1.comcast.com", "user1.comcast.com", 2)
    assert event["event_id"] == headers["x-event-id"] == dict(record.headers)["ce_id"].decode()
    # Neither the cookie nor what granian takes over from its environment, such as HTTP_PROXY.
    assert event["headers"] == {"Host": "user1.comcast.com", "Accept-Encoding": "identity"}


def test_the_topics_are_made_as_the_settings_state(server: ApiServer, kafka_settings: KafkaSettings) -> None:
    assert describe_topic(kafka_settings, "events")["message.timestamp.type"] == "LogAppendTime"


def test_a_batch_of_ten_thousand_is_taken_and_one_more_is_not(server: ApiServer, kafka_settings: KafkaSettings) -> None:
    before = ends(kafka_settings, "events")
    body = b"\n".join(json.dumps(HEAL | {"user_id": f"user{number}"}).encode() for number in range(10_000))
    status, _, answer = server.request("POST", "/events", body, {"Content-Type": "application/x-ndjson"})
    assert (status, json.loads(answer)) == (202, {"accepted": 10_000, "rejected": []})
    assert len(records_since(kafka_settings, "events", before)) == 10_000
    assert server.request("POST", "/events", body + b"\n7", {"Content-Type": "application/x-ndjson"})[0] == 413


@pytest.mark.parametrize("chunked", [False, True])
def test_nine_megabytes_are_refused_to_a_client_that_writes_before_it_reads(server: ApiServer, kafka_settings: KafkaSettings, chunked: bool) -> None:
    before = ends(kafka_settings, "events.dlq")
    body = b"x" * 9_000_000
    connection = server.connection()
    connection.request("POST", "/events", iter([body]) if chunked else body, encode_chunked=chunked)
    answer = connection.getresponse()
    assert (answer.status, json.load(answer)["type"]) == (413, "/problems/body_too_large")
    connection.close()
    [record] = records_since(kafka_settings, "events.dlq", before)
    assert (len(record.value or b""), dict(record.headers)["eddyline_length"]) == (MAX_EVENT_BYTES, b"9000000")


def test_an_event_of_300_kib_is_a_refused_item(server: ApiServer) -> None:
    status, _, answer = server.request("POST", "/events", json.dumps([HEAL, HEAL | {"user_id": "u" * 300 * 1024}]).encode())
    assert (status, json.loads(answer)["rejected"][0]["problem"]["reason"]) == (202, "too_large")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /purchase_a_%ff HTTP/1.1\r\nHost: ada\r\n\r\n", 422),
        (b"GET /purchase_a_%zz HTTP/1.1\r\nHost: ada\r\n\r\n", 200),
        (b"GET /purchase_a_sword?user_id=%ff HTTP/1.1\r\nHost: ada\r\n\r\n", 422),
        (b"GET /purchase_a_sword?%%%&&==&;# HTTP/1.1\r\nHost: ada\r\n\r\n", 422),
        (b"GET /purchase_a_%00%0d%0aX:y HTTP/1.1\r\nHost: ada\r\n\r\n", 200),
        (b"GET /purchase_a_sword HTTP/1.0\r\n\r\n", 422),
        (b"GET /purchase_a_sword HTTP/1.1\r\nHost: ada\r\nX-Big: " + b"a" * 300_000 + b"\r\n\r\n", 431),
        (b"GET /purchase_a_sword HTTP/1.1\r\nHost: ada\r\nX-Big: " + b"a" * 3_000_000 + b"\r\n\r\n", 431),
        (b"GET /purchase_a_sword HTTP/1.1\r\nHost: ada\r\nX-Event-Id: \xff\xfe\r\n\r\n", 422),
        (b"POST /events HTTP/1.1\r\nHost: ada\r\nContent-Length: 100\r\n\r\n{}", 422),
        (b"POST /events HTTP/1.1\r\nHost: ada\r\nContent-Length: -5\r\n\r\n{}", 400),
        (b"POST /events HTTP/1.1\r\nHost: ada\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}", 422),
        (b"BREW /events HTTP/1.1\r\nHost: ada\r\n\r\n", 405),
        (b"\x16\x03\x01\x02\x00nonsense\r\n\r\n", 400),
    ],
)
def test_no_request_is_a_mistake_of_ours(server: ApiServer, request_: bytes, status: int) -> None:
    assert status_of(server, request_) == status
    assert server.status("/healthz") == 200


def test_a_second_server_on_the_port_says_what_to_do(server: ApiServer, kafka_settings: KafkaSettings) -> None:
    variables = {**os.environ, "EDDYLINE_API__PORT": str(server.port)}
    second = subprocess.run([sys.executable, "-m", "api"], env=variables, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert second.stderr.splitlines() == [f"cannot listen on 127.0.0.1:{server.port} (Address already in use): set EDDYLINE_API__PORT to a free port"]


def test_several_workers_show_one_sum_of_their_metrics(kafka_settings: KafkaSettings) -> None:
    with running_api(kafka_settings, workers=2) as server:
        assert len(server.worker_pids) == 2
        for _ in range(40):
            assert server.status("/purchase_a_sword?user_id=ada") == 200
        for _ in range(5):
            assert PURCHASES % 40 in server.request("GET", "/metrics")[2]


def test_the_sum_of_the_metrics_survives_a_worker(kafka_settings: KafkaSettings) -> None:
    with running_api(kafka_settings, workers=2) as server:
        for _ in range(20):
            assert server.status("/purchase_a_sword?user_id=ada") == 200
        psutil.Process(server.worker_pids[0]).kill()
        for attempt in Retrying(stop=stop_after_delay(30), wait=wait_fixed(0.1), reraise=True):
            with attempt:
                assert len(server.worker_pids) == 2
                wait_until_ready(server)
                assert PURCHASES % 20 in server.request("GET", "/metrics")[2]


def test_the_pure_client_serves_too(kafka_settings: KafkaSettings) -> None:
    before = ends(kafka_settings, "events")
    with running_api(kafka_settings, environ={"EDDYLINE_KAFKA__CLIENT": "pure"}) as server:
        for _ in range(20):
            assert server.status("/purchase_a_sword?user_id=ada") == 200
        assert server.stop() == 0
    assert len(records_since(kafka_settings, "events", before)) == 20


def test_a_stopped_server_has_answered_what_it_stored_and_stored_what_it_answered(kafka_settings: KafkaSettings) -> None:
    with running_api(kafka_settings) as server:
        load = Load(server, connections=48)
        with load.running():
            load.wait_for(202, 500)
            assert server.stop() == 0
        assert load.broken > 0, "the load ended before the server did"
        stored = stored_ids(kafka_settings, load)
        assert {reply.event_id for reply in load.of(202)} == set(stored)
        assert len(stored) == len(set(stored))


@pytest.mark.parametrize("who", ["server", "worker"])
def test_a_killed_server_loses_nothing_it_acknowledged_and_leaves_the_port(kafka_settings: KafkaSettings, who: str) -> None:
    with running_api(kafka_settings) as server:
        [worker] = server.worker_pids
        load = Load(server, connections=48)
        with load.running():
            load.wait_for(202, 500)
            psutil.Process(server.process.pid if who == "server" else worker).kill()
            for attempt in Retrying(stop=stop_after_delay(30), wait=wait_fixed(0.05), reraise=True):
                with attempt:
                    assert not psutil.pid_exists(worker) or psutil.Process(worker).status() == psutil.STATUS_ZOMBIE
            if who == "worker":
                wait_until_ready(server)
        assert load.broken > 0
        assert {reply.event_id for reply in load.of(202)} <= set(stored_ids(kafka_settings, load))
        assert (server.process.poll() == -signal.SIGKILL) == (who == "server")


@pytest.mark.ab
@pytest.mark.parametrize("keep_alive", [[], ["-k"]], ids=["", "keep-alive"])
@pytest.mark.parametrize("path", ["/purchase_a_sword", "/purchase/shield", "/join_a_guild"])
def test_apache_bench_counts_no_failure(server: ApiServer, kafka_settings: KafkaSettings, path: str, keep_alive: list[str]) -> None:
    assert shutil.which("ab"), "install Apache Bench: apt-get install apache2-utils"
    before = ends(kafka_settings, "events")
    command = ["ab", "-n", "1000", "-c", "16", *keep_alive, "-H", "Host: user1.comcast.com", f"http://127.0.0.1:{server.port}{path}"]
    report = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert re.search(r"Complete requests: +1000\n", report)
    assert re.search(r"Failed requests: +0\n", report)
    assert "Non-2xx" not in report
    records = records_since(kafka_settings, "events", before)
    assert len(records) == 1000
    assert {record.key for record in records} == {b"user1.comcast.com"}
