"""The generators against the real API and a real broker: what they say they made is what Kafka holds."""

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from api_server import ApiServer, running_api
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from eddyline.cli.generate import command_of
from eddyline.contracts.decode import Accepted, Rejected, decode
from eddyline.contracts.events import event_type
from eddyline.contracts.topics import EVENTS, REASON
from eddyline.game.providers import PROVIDER_NAMES
from eddyline.game.truth import Truth, truth_from_json
from eddyline.kafka.clients import connect
from eddyline.kafka.log import EventLog, Record
from eddyline.kafka.topics import create_topics
from eddyline.settings import PROJECT_ROOT, KafkaSettings

pytestmark = pytest.mark.integration
DEAD = EVENTS.dead_letters.name


@pytest.fixture
def log(kafka_settings: KafkaSettings) -> Iterator[EventLog]:
    create_topics(kafka_settings)
    log = connect(kafka_settings)
    yield log
    log.close()


@pytest.fixture
def server(kafka_settings: KafkaSettings, log: EventLog) -> Iterator[ApiServer]:
    with running_api(kafka_settings) as server:
        yield server


class Since:
    """What topics hold beyond where they ended when this was made."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.before = {topic: log.end_offsets(topic) for topic in (EVENTS.name, DEAD)}

    def records(self, topic: str) -> list[Record]:
        ends = self.log.end_offsets(topic)
        starts = {partition: end for partition, (_, end) in self.before[topic].items()}
        return [record for partition, (_, end) in ends.items() for record in self.log.read(topic, partition, starts[partition], end)]

    def accepted(self) -> list[Accepted]:
        return [decoded for decoded in self._decoded() if isinstance(decoded, Accepted)]

    def rejected(self) -> list[Rejected]:
        return [decoded for decoded in self._decoded() if isinstance(decoded, Rejected)]

    def _decoded(self) -> list[Accepted | Rejected]:
        return [decode(record.value, f"{record.partition}:{record.offset}", record.timestamp) for record in self.records(EVENTS.name)]


def game(kafka: KafkaSettings, truth: Path, *arguments: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "EDDYLINE_KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap_servers}
    command, environment = command_of("generators.game", [*map(str, arguments), "--truth", str(truth)], environment)
    return subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finished(process: subprocess.Popen[str], truth: Path) -> Truth:
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, output + errors
    return truth_from_json(truth.read_bytes())


@pytest.mark.parametrize("via", ["http", "http-batch"])
def test_through_the_api_every_event_is_stored_and_every_bad_body_is_a_dead_letter_with_the_reason_foretold(
    server: ApiServer, kafka_settings: KafkaSettings, log: EventLog, tmp_path: Path, via: str
) -> None:
    since = Since(log)
    url = f"http://127.0.0.1:{server.port}"
    arguments = ("--users", 20, "--events", 600, "--bad-share", 0.1, "--resend-share", 0.1, "--via", via, "--url", url)
    truth = finished(game(kafka_settings, tmp_path / "truth.json", *arguments), tmp_path / "truth.json")

    accepted = since.accepted()
    events = {decoded.event.event_id: decoded.event for decoded in accepted}
    assert truth.valid == 600
    assert truth.bad > 20
    assert truth.resent > 20
    assert (truth.acknowledged, truth.refused, truth.unanswered) == (truth.valid + truth.resent, truth.bad, 0)
    assert len(accepted) == truth.acknowledged + truth.retried
    assert len(events) in truth.landed
    assert Counter(event_type(event) for event in events.values()) == truth.by_type
    reasons = Counter(dict(record.headers)[REASON].decode() for record in since.records(DEAD))
    assert truth.retried == 0
    assert reasons == truth.bad_by_reason
    hosts = {event.user_id: event.headers["Host"] for event in events.values()}
    assert all(host.split(".")[0] == user and host.split(".")[1] in PROVIDER_NAMES for user, host in hosts.items())


def test_straight_to_kafka_bad_bodies_are_records_that_the_job_will_refuse(kafka_settings: KafkaSettings, log: EventLog, tmp_path: Path) -> None:
    since = Since(log)
    arguments = ("--users", 20, "--events", 2_000, "--bad-share", 0.1, "--resend-share", 0.1, "--via", "kafka")
    truth = finished(game(kafka_settings, tmp_path / "truth.json", *arguments), tmp_path / "truth.json")

    accepted = since.accepted()
    assert (truth.acknowledged, truth.refused, truth.unanswered) == (truth.sent, 0, 0)
    assert len({decoded.event.event_id for decoded in accepted}) == truth.valid == 2_000
    assert len(accepted) == truth.valid + truth.resent
    assert Counter(str(rejected.reason) for rejected in since.rejected()) == truth.bad_by_reason
    assert all(decoded.event.headers["Host"] for decoded in accepted)


def test_each_players_events_stand_in_kafka_in_the_order_they_happened(server: ApiServer, kafka_settings: KafkaSettings, log: EventLog, tmp_path: Path) -> None:
    since = Since(log)
    arguments = ("--users", 10, "--events", 400, "--bad-share", 0, "--resend-share", 0, "--url", f"http://127.0.0.1:{server.port}")
    finished(game(kafka_settings, tmp_path / "truth.json", *arguments), tmp_path / "truth.json")
    latest: dict[str, object] = {}
    for decoded in since.accepted():
        event = decoded.event
        assert event.occurred_at is not None
        assert latest.get(event.user_id, event.occurred_at - timedelta(1)) <= event.occurred_at  # type: ignore[operator]
        latest[event.user_id] = event.occurred_at


def test_when_the_api_is_killed_in_between_the_same_ids_are_sent_again_and_none_is_missing(
    kafka_settings: KafkaSettings, log: EventLog, tmp_path: Path
) -> None:
    since = Since(log)
    truth_file = tmp_path / "truth.json"
    with running_api(kafka_settings) as server:
        arguments = ("--users", 20, "--events", 1_500, "--rate", 300, "--bad-share", 0, "--patience", 90, "--url", f"http://127.0.0.1:{server.port}")
        generator = game(kafka_settings, truth_file, *arguments)
        wait_for_records(log, since, 200)
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait(20)
        assert generator.poll() is None, "the generator had ended before the fault"
    with running_api(kafka_settings, port=server.port):
        truth = finished(generator, truth_file)
    assert truth.retried > 0, "the kill was not felt"
    assert truth.complete
    assert len({decoded.event.event_id for decoded in since.accepted()}) == truth.valid == 1_500


def test_an_interrupt_ends_the_making_and_what_was_made_is_delivered_and_counted(
    server: ApiServer, kafka_settings: KafkaSettings, log: EventLog, tmp_path: Path
) -> None:
    since = Since(log)
    arguments = ("--events", 50_000, "--rate", 200, "--url", f"http://127.0.0.1:{server.port}")
    generator = game(kafka_settings, tmp_path / "truth.json", *arguments)
    wait_for_records(log, since, 100)
    generator.send_signal(signal.SIGINT)
    _, errors = generator.communicate(timeout=60)
    assert generator.returncode == 130
    assert "interrupted" in errors
    assert "Traceback" not in errors
    truth = truth_from_json((tmp_path / "truth.json").read_bytes())
    assert truth.complete
    assert len({decoded.event.event_id for decoded in since.accepted()}) == truth.valid < 50_000


def wait_for_records(log: EventLog, since: Since, count: int) -> None:
    def too_few() -> bool:
        return sum(end - since.before[EVENTS.name][partition][1] for partition, (_, end) in log.end_offsets(EVENTS.name).items()) < count

    Retrying(retry=retry_if_result(bool), stop=stop_after_delay(60), wait=wait_fixed(0.1))(too_few)


@pytest.mark.ab
def test_apache_bench_finds_every_answer_alike_and_each_request_is_an_event(server: ApiServer, log: EventLog) -> None:
    since = Since(log)
    command, environment = command_of("generators.event_generator", ["12", "--seed", "5", "--url", f"http://127.0.0.1:{server.port}"], os.environ)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    requests = int(done.stdout.split(" ", maxsplit=1)[0].replace(",", ""))
    accepted = since.accepted()
    assert len(accepted) == requests > 12
    assert {event_type(decoded.event) for decoded in accepted} <= {"purchase_item", "join_guild"}
    assert all(decoded.event.headers["Host"].startswith(decoded.event.user_id) for decoded in accepted)
