"""Fixtures of every test: one real broker a session."""

import signal
from collections.abc import Iterator

import pytest
import structlog
from confluent_kafka.admin import AdminClient
from hypothesis import HealthCheck, settings

from eddyline.contracts.topics import INPUT_TOPICS
from eddyline.settings import KafkaSettings
from eddyline.stack import jars
from eddyline.stack.broker import Broker

# A property says what holds, not how fast: two shared cores are slow at times.
settings.register_profile("eddyline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("eddyline")

# Files that take a minute or more, the longest first.
LONG = (
    "test_prove.py",
    "test_stack_demo.py",
    "test_stack_up.py",
    "test_landing_job.py",
    "test_players.py",
    "test_maintain.py",
    "test_upkeep.py",
    "test_erase.py",
    "test_api_outage.py",
    "test_engines.py",
    "test_players_job.py",
)


def pytest_configure() -> None:
    """Hear SIGINT even where whoever started the tests ignores it, as a shell's background jobs do: children would ignore it, too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long and end with what starts nothing, so that workers side by side end together."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if item.path.name in LONG:
        return LONG.index(item.path.name)
    return len(LONG) + (item.get_closest_marker("integration") is None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the conformance cases be run on each storage."""
    parser.addoption("--storage", choices=["local", "s3", "hdfs"], default="local", help="where the tables of the conformance cases are")


@pytest.fixture(autouse=True)
def _own_logs() -> Iterator[None]:
    """Leave no test with the logs that another one configured."""
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Start one real broker for the whole session; who stops it, starts it again."""
    jars.fetch("kafka")
    broker = Broker(tmp_path_factory.mktemp("broker")).start()
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def kafka_settings(broker: Broker) -> KafkaSettings:
    """Say how to reach the session's broker."""
    return KafkaSettings(bootstrap_servers=broker.bootstrap_servers)


@pytest.fixture
def no_input_topics(kafka_settings: KafkaSettings) -> Iterator[None]:
    """Delete the topics with the project's own names before and after the test, for what cannot be told other names."""
    _delete_input_topics(kafka_settings)
    yield
    _delete_input_topics(kafka_settings)


def _delete_input_topics(kafka_settings: KafkaSettings) -> None:
    admin = AdminClient({"bootstrap.servers": kafka_settings.bootstrap_servers})
    there = [topic.name for topic in INPUT_TOPICS if topic.name in admin.list_topics(timeout=10).topics]
    for deleted in (admin.delete_topics(there, operation_timeout=10) if there else {}).values():
        deleted.result()
