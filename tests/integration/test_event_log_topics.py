"""Topics on a real broker are made once, as the settings state, and never changed in silence."""

import uuid

import pytest
from structlog.testing import capture_logs

from eddyline.contracts.topics import INPUT_TOPICS, Topic
from eddyline.errors import BrokerUnavailable, SetupError
from eddyline.kafka import topics
from eddyline.settings import KafkaSettings
from eddyline.stack import ports

pytestmark = pytest.mark.integration


@pytest.fixture
def pair() -> tuple[Topic, Topic]:
    topic = Topic(f"test-{uuid.uuid4().hex[:12]}", "made by a test")
    return topic, topic.dead_letters


def test_topics_are_made_as_stated_and_only_once(kafka_settings: KafkaSettings, pair: tuple[Topic, Topic]) -> None:
    settings = kafka_settings.model_copy(update={"partitions": 3, "retention_hours": 2, "retention_bytes": 5_000_000})
    assert topics.create_topics(settings, pair) == [topic.name for topic in pair]
    with capture_logs() as logged:
        assert topics.create_topics(settings, pair) == []
    assert logged == []
    assert topics.differences(settings, pair) == []
    for topic in pair:
        found = topics.describe_topic(settings, topic.name)
        assert found["partitions"] == "3"
        assert found["message.timestamp.type"] == "LogAppendTime"
        assert (found["retention.ms"], found["retention.bytes"], found["cleanup.policy"]) == ("7200000", "5000000", "delete")


def test_a_topic_that_differs_is_told_and_left_alone(kafka_settings: KafkaSettings, pair: tuple[Topic, Topic]) -> None:
    topics.create_topics(kafka_settings, pair)
    other = kafka_settings.model_copy(update={"partitions": 5, "retention_hours": 1})
    with capture_logs() as logged:
        assert topics.create_topics(other, pair[:1]) == []
    expected = [
        f"topic {pair[0].name} has partitions=2, the settings say 5",
        f"topic {pair[0].name} has retention.ms=604800000, the settings say 3600000",
    ]
    assert [line["difference"] for line in logged] == expected
    assert topics.differences(other, pair[:1]) == expected
    assert topics.differences(kafka_settings, pair) == []


def test_a_missing_topic_is_a_difference(kafka_settings: KafkaSettings, pair: tuple[Topic, Topic]) -> None:
    assert topics.differences(kafka_settings, pair[:1]) == [f"topic {pair[0].name} is not there"]
    with pytest.raises(SetupError, match="eddyline topics create"):
        topics.describe_topic(kafka_settings, pair[0].name)


def test_each_topic_has_an_id_that_stays_and_one_that_is_not_there_has_none(kafka_settings: KafkaSettings, pair: tuple[Topic, Topic]) -> None:
    one, other = pair
    topics.create_topics(kafka_settings, [one])
    before = topics.topic_ids(kafka_settings, [one.name, other.name])
    topics.create_topics(kafka_settings, [other])
    after = topics.topic_ids(kafka_settings, [one.name, other.name])
    assert (list(before), after[one.name]) == ([one.name], before[one.name])
    assert after[one.name] != after[other.name]


def test_more_copies_than_brokers_is_refused_with_the_brokers_reason(kafka_settings: KafkaSettings, pair: tuple[Topic, Topic]) -> None:
    with pytest.raises(SetupError, match="replication"):
        topics.create_topics(kafka_settings.model_copy(update={"replication": 3}), pair)


def test_the_input_topics_are_listed_and_kafkas_own_are_not(kafka_settings: KafkaSettings) -> None:
    topics.create_topics(kafka_settings)
    listed = topics.list_topics(kafka_settings)
    assert {topic.name for topic in INPUT_TOPICS} <= listed.keys()
    assert not any(name.startswith("__") for name in listed)


def test_an_absent_broker_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "TIMEOUT_S", 1.0)
    with pytest.raises(BrokerUnavailable, match="EDDYLINE_KAFKA__BOOTSTRAP_SERVERS"):
        topics.list_topics(KafkaSettings(bootstrap_servers=f"127.0.0.1:{ports.free_port()}"))
