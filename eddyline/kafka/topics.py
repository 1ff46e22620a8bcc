"""Topics as the settings state them: created once, compared ever after, never changed in silence."""

from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

import structlog
from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType  # type: ignore[attr-defined] # its stubs forget the re-exports
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from eddyline.contracts.topics import EVENTS, INPUT_TOPICS, Topic
from eddyline.errors import BrokerUnavailable, SetupError
from eddyline.kafka.config import client_config
from eddyline.kafka.confluent import ask_cluster, hear
from eddyline.kafka.refusal import Refusals
from eddyline.settings import KafkaSettings

TIMEOUT_S = 15.0
# A broker before Kafka 2.8.
_NO_ID = "AAAAAAAAAAAAAAAAAAAAAA"
_log = structlog.get_logger()


def create_topics(settings: KafkaSettings, topics: Sequence[Topic] = INPUT_TOPICS) -> list[str]:
    """Create the topics that are missing and return their names; a topic that is there but differs is logged.

    Raises BrokerUnavailable when the broker does not answer, SetupError when it refuses.
    """
    admin = _Admin(settings)
    existing = _existing(admin, settings)
    missing = [topic for topic in topics if topic.name not in existing]
    created = [topic.name for topic in missing if _create(admin, settings, topic)]
    _wait_until_led(admin, settings, created)
    for topic in topics:
        if topic.name in existing:
            _report(admin, settings, topic, len(existing[topic.name].partitions))
    return created


def differences(settings: KafkaSettings, topics: Sequence[Topic] = INPUT_TOPICS) -> list[str]:
    """Say in a sentence each how the broker's topics differ from the settings; empty when all are as stated."""
    admin = _Admin(settings)
    existing = _existing(admin, settings)
    absent = [f"topic {topic.name} is not there" for topic in topics if topic.name not in existing]
    return absent + [line for topic in topics if topic.name in existing for line in _differences(admin, settings, topic, len(existing[topic.name].partitions))]


def describe_topic(settings: KafkaSettings, name: str) -> dict[str, str]:
    """Map the names of a topic's configuration, its number of partitions included, to what the broker uses.

    Raises SetupError when there is no such topic.
    """
    admin = _Admin(settings)
    existing = _existing(admin, settings)
    if name not in existing:
        raise SetupError(f"topic {name} is not there: make it with `eddyline topics create`")
    return {"partitions": str(len(existing[name].partitions))} | _configuration(admin, name)


def list_topics(settings: KafkaSettings) -> dict[str, int]:
    """Map every topic that is not Kafka's own to its number of partitions."""
    existing = _existing(_Admin(settings), settings)
    return {name: len(existing[name].partitions) for name in sorted(existing) if not name.startswith("__")}


def topic_ids(settings: KafkaSettings, names: Sequence[str]) -> dict[str, str]:
    """Map topics to the ids that the broker gave them when they were made, as far as they exist and it gives ids.

    Raises BrokerUnavailable when the broker does not answer.
    """
    admin = _Admin(settings)
    existing = [name for name in names if name in _existing(admin, settings)]
    described = admin.describe_topics(TopicCollection(existing), request_timeout=TIMEOUT_S) if existing else {}
    try:
        ids = {name: str(_answer(found).topic_id) for name, found in described.items()}
    except (KafkaException, TimeoutError) as error:
        raise BrokerUnavailable(f"Kafka at {settings.bootstrap_servers} does not say which topics these are ({error}): try again") from error
    return {name: found for name, found in ids.items() if found != _NO_ID}


def stated_configuration(settings: KafkaSettings, topic: Topic = EVENTS) -> dict[str, str]:
    """Say how a topic keeps records."""
    retention = {"retention.ms": str(settings.retention_hours * 3_600_000), "retention.bytes": str(settings.retention_bytes)}
    return {
        "cleanup.policy": "compact" if topic.compacted else "delete",
        "message.timestamp.type": "LogAppendTime",
        # An acknowledged record must outlive its leader, and one broker may still be away.
        "min.insync.replicas": str(max(1, settings.replication - 1)),
    } | ({} if topic.compacted else retention)


class _Admin(AdminClient):
    def __init__(self, settings: KafkaSettings) -> None:
        client = client_config(settings)
        self.refusals = Refusals(client)
        super().__init__(client | {"log_level": 0, "reconnect.backoff.max.ms": 500, "error_cb": partial(hear, self.refusals)})


def _existing(admin: _Admin, settings: KafkaSettings) -> dict[str, Any]:
    try:
        return dict(ask_cluster(admin, admin.refusals, TIMEOUT_S).topics)
    except KafkaException as error:
        raise BrokerUnavailable(
            f"Kafka does not answer at {settings.bootstrap_servers} ({error.args[0].str()}): start it, or set EDDYLINE_KAFKA__BOOTSTRAP_SERVERS"
        ) from error


def _create(admin: _Admin, settings: KafkaSettings, topic: Topic) -> bool:
    wanted = NewTopic(topic.name, settings.partitions, settings.replication, config=stated_configuration(settings, topic))
    try:
        _answer(admin.create_topics([wanted], operation_timeout=TIMEOUT_S)[topic.name])
    except KafkaException as error:
        if error.args[0].code() == KafkaError.TOPIC_ALREADY_EXISTS:
            return False
        raise SetupError(f"topic {topic.name} cannot be made: {error.args[0].str()}") from error
    return True


# The controller answers before the broker has taken up what it decided: a moment, longer on a busy machine.
@retry(retry=retry_if_exception_type(SetupError), stop=stop_after_delay(TIMEOUT_S), wait=wait_fixed(0.05), reraise=True)
def _wait_until_led(admin: _Admin, settings: KafkaSettings, names: Sequence[str]) -> None:
    existing = _existing(admin, settings) if names else {}
    for name in names:
        if name not in existing or any(partition.leader < 0 for partition in existing[name].partitions.values()):
            raise SetupError(f"topic {name} was made but no broker leads it: look at the broker's log")


def _configuration(admin: _Admin, name: str) -> dict[str, str]:
    resource = ConfigResource(ResourceType.TOPIC, name)
    return {entry.name: str(entry.value) for entry in _answer(admin.describe_configs([resource])[resource]).values()}


def _differences(admin: _Admin, settings: KafkaSettings, topic: Topic, partitions: int) -> list[str]:
    stated = {"partitions": str(settings.partitions)} | stated_configuration(settings, topic)
    found = {"partitions": str(partitions)} | _configuration(admin, topic.name)
    return [f"topic {topic.name} has {name}={found.get(name)}, the settings say {value}" for name, value in stated.items() if found.get(name) != value]


def _report(admin: _Admin, settings: KafkaSettings, topic: Topic, partitions: int) -> None:
    for difference in _differences(admin, settings, topic, partitions):
        _log.warning("a topic differs from the settings and stays as it is", difference=difference)


def _answer(future: "Future[Any]") -> Any:
    return future.result(timeout=TIMEOUT_S)
