"""A real broker that asks for passwords and certificates: both clients, the API and the landing job, and no word of the secrets anywhere."""

import gc
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest
import requests
from pydantic import SecretStr
from pyspark.errors import StreamingQueryException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.streaming.query import StreamingQuery
from secured_broker import PASSWORD, PLANTED, SecuredBroker
from tenacity import Retrying, stop_after_delay, wait_fixed
from test_event_log import WrittenAndRead, new_topic, read_all

from eddyline.contracts.tables import GAME_EVENTS
from eddyline.contracts.topics import INPUT_TOPICS, Topic
from eddyline.errors import BrokerRefuses
from eddyline.kafka.clients import connect
from eddyline.kafka.config import Bounds
from eddyline.kafka.topics import create_topics
from eddyline.lake.catalog import open_catalog
from eddyline.settings import PROJECT_ROOT, KafkaSettings, Settings, load
from eddyline.spark.session import SHORT_LIVED
from eddyline.spark.source import read_topics
from eddyline.stack import jars, services
from eddyline.stack.broker import Broker
from eddyline.stack.environment import environment_of
from eddyline.stack.ports import free_port

pytestmark = [
    pytest.mark.integration,
    # kafka-python 3.0.12 reads its schemas in a way Python deprecates, and forgets sockets whose connection was refused.
    pytest.mark.filterwarnings("ignore:(read|open)_text is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:unclosed <(socket|ssl):ResourceWarning"),
]
CLIENTS = ("confluent", "pure")


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredBroker]:
    jars.fetch("kafka")
    secured = SecuredBroker.make(tmp_path_factory.mktemp("secured"))
    secured.start()
    yield secured
    secured.broker.stop()


@pytest.fixture(autouse=True)
def _forgotten_sockets_end_with_their_test() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture
def broker(secured: SecuredBroker) -> Broker:
    return secured.broker


class TestConfluentByPassword(WrittenAndRead):
    client = "confluent"

    @pytest.fixture
    def kafka_settings(self, secured: SecuredBroker) -> KafkaSettings:
        return secured.by_password("SCRAM-SHA-512")


class TestPureByPassword(WrittenAndRead):
    client = "pure"

    @pytest.fixture
    def kafka_settings(self, secured: SecuredBroker) -> KafkaSettings:
        return secured.by_password("SCRAM-SHA-256")


def ways_in(secured: SecuredBroker) -> dict[str, KafkaSettings]:
    return {"PLAIN": secured.by_password("PLAIN"), "certificate": secured.by_certificate()}


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("way", ["PLAIN", "certificate"])
def test_each_way_in_leads_to_the_log(secured: SecuredBroker, client: str, way: str) -> None:
    settings = ways_in(secured)[way].model_copy(update={"client": client})
    topic, log = new_topic(settings), connect(settings)
    assert log.append(topic, b"key", b"value").result() == (0, 0)
    assert [record.value for record in read_all(log, topic)] == [b"value"]
    log.close()


def test_who_is_not_let_in_hears_why_in_one_line(secured: SecuredBroker, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(BrokerRefuses, match="SSL_CA_LOCATION"):
        create_topics(secured.by_password(ssl_ca_location=str(secured.folder / "stranger.pem")), [Topic("never", "made")])
    wrong, why = secured.by_password(sasl_password=SecretStr(f"{PASSWORD} not")), "refuses the user lander"
    with pytest.raises(BrokerRefuses, match=why) as by_admin:
        create_topics(wrong, [Topic("never", "made")])
    told = [str(by_admin.value)]
    for client in CLIENTS:
        log = connect(wrong.model_copy(update={"client": client}), Bounds(ack_timeout_ms=5000))
        with closing(log), pytest.raises(BrokerRefuses, match=why) as by_client:
            log.append("never", None, b"").result(timeout_s=20)
        told.append(str(by_client.value))
    assert not [line for line in told if "\n" in line or PLANTED in line]
    # Nothing is said besides, by librdkafka on its own or by kafka-python's log.
    assert capfd.readouterr().err == ""


def test_who_may_not_read_hears_why_too(secured: SecuredBroker) -> None:
    wrong = secured.by_password(sasl_password=SecretStr(f"{PASSWORD} not"))
    with closing(connect(wrong)) as log, pytest.raises(BrokerRefuses, match="refuses the user lander"):
        log.end_offsets("never")


@pytest.mark.storage
def test_spark_reads_by_certificate_and_shows_no_secret_in_its_plans(secured: SecuredBroker, spark: SparkSession, tmp_path: Path) -> None:
    # Java reads no key that is encrypted in today's way.
    by_certificate = secured.by_certificate(ssl_key_location=str(secured.folder / "open.key"), ssl_key_password="")
    topic, log = new_topic(by_certificate), connect(by_certificate)
    log.append(topic, b"key", b"by certificate").result()
    log.close()
    read: list[bytes] = []
    query = started(spark, by_certificate, topic, tmp_path / "one", lambda rows, _: read.extend(bytes(row.value) for row in rows.collect()))
    query.awaitTermination()
    assert read == [b"by certificate"]
    plans = [query._jsq.explainInternal(True)]
    for kafka in (by_certificate, secured.by_password()):
        failed = started(spark, kafka, topic, tmp_path / kafka.security_protocol, lambda *_: 1 / 0)
        with pytest.raises(StreamingQueryException, match="division by zero"):
            failed.awaitTermination()
        # As Java's logs have it: with the plan.
        plans.append(failed._jsq.exception().get().toString())
        assert "Logical Plan" in plans[-1]
    key = Path(by_certificate.ssl_key_location).read_text().splitlines()[1]
    assert not [plan for plan in plans if PLANTED in plan or key in plan]


def started(spark: SparkSession, kafka: KafkaSettings, topic: str, checkpoint: Path, take: Callable[[DataFrame, int], object]) -> StreamingQuery:
    writer = read_topics(spark, kafka, [topic], 100).writeStream.option("checkpointLocation", str(checkpoint))
    return writer.trigger(availableNow=True).foreachBatch(take).start()


@pytest.fixture(scope="module")
def home(secured: SecuredBroker, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A state folder whose API and landing job reach the broker by TLS and password."""
    jars.fetch("spark")
    return load(
        home=tmp_path_factory.mktemp("home"),
        kafka=secured.by_password().model_dump(),
        api={"port": free_port()},
        landing={"metrics_port": free_port(), "driver_java_options": SHORT_LIVED, "trigger_interval_ms": 200},
    )


def test_the_api_acknowledges_and_the_landing_job_lands_and_nobody_tells_the_password(home: Settings) -> None:
    create_topics(home.kafka, INPUT_TOPICS)
    api, landing = services.api(home), services.landing(home)
    with running(api, landing):
        answer = requests.post(f"{services.api_url(home)}/events", json={"event_type": "heal", "user_id": "u1", "amount": 1, "event_id": "e1"}, timeout=20)
        assert answer.status_code == 202, answer.text
        for attempt in Retrying(stop=stop_after_delay(120), wait=wait_fixed(0.2), reraise=True):
            with attempt:
                assert landing.exit_code is None, landing.log.read_text()
                assert landed(home) == ["e1"]
        seen = command_lines()
    assert any("org.apache.spark.deploy.SparkSubmit" in line for line in seen), "Spark's driver was not among the processes"
    assert any("-m\0api" in line for line in seen)
    assert not [line for line in seen if PLANTED in line]
    assert files_with(PLANTED, home.home) == []
    assert files_with("e1", home.home), "the search finds nothing at all"


@contextmanager
def running(*servers: services.Service) -> Iterator[None]:
    try:
        for server in servers:
            server.start()
        yield
    finally:
        for server in servers:
            server.stop()


def landed(home: Settings) -> list[str]:
    catalog = open_catalog(home.lake)
    return catalog.load_table(GAME_EVENTS.identifier).scan(selected_fields=("event_id",)).to_arrow()["event_id"].to_pylist()


def command_lines() -> list[str]:
    """List what every process of this machine was started with, as anybody may read it."""
    return ["\0".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]


def files_with(word: str, folder: Path) -> list[str]:
    return [str(file.relative_to(folder)) for file in sorted(folder.rglob("*")) if file.is_file() and word.encode() in file.read_bytes()]


def test_a_program_that_is_not_let_in_ends_with_one_line(home: Settings) -> None:
    wrong = home.model_copy(update={"kafka": home.kafka.model_copy(update={"sasl_password": SecretStr(f"{PASSWORD} not")})})
    commands = (["streaming_jobs/land_events.py"], ["-m", "eddyline", "topics", "list"])
    environ = environment_of(wrong)
    programs = [
        subprocess.Popen([sys.executable, *each], cwd=PROJECT_ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for each in commands
    ]
    for program in programs:
        out, errors = program.communicate(timeout=120)
        assert program.returncode == 1
        [line] = errors.splitlines()
        assert "refuses the user lander" in line
        assert "EDDYLINE_KAFKA__SASL_USERNAME" in line
        assert PLANTED not in out + errors
