"""Kafka's own console consumer and kcat read what we write, and what kcat writes we read."""

import json
import subprocess
import uuid

import pytest

from eddyline.contracts.topics import Topic
from eddyline.kafka.clients import connect
from eddyline.kafka.topics import create_topics
from eddyline.settings import KafkaSettings
from eddyline.stack import jars, java

pytestmark = pytest.mark.integration


@pytest.fixture
def topic(kafka_settings: KafkaSettings) -> str:
    name = f"test-{uuid.uuid4().hex[:12]}"
    create_topics(kafka_settings.model_copy(update={"partitions": 1}), [Topic(name, "made by a test")])
    log = connect(kafka_settings)
    log.append(name, b"user-1", b'{"a": 1}', [("ce_type", b"log_in")]).result()
    log.append(name, b"user-2", b'{"a": 2}').result()
    log.close()
    return name


def run(*command: str, given: str | None = None) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60, input=given).stdout


def test_kafkas_console_consumer_reads_keys_headers_and_values(kafka_settings: KafkaSettings, topic: str) -> None:
    tool = [str(java.find_java()), "-cp", jars.class_path("kafka"), "org.apache.kafka.tools.consumer.ConsoleConsumer"]
    shown = ("--formatter-property", "print.key=true", "--formatter-property", "print.headers=true")
    printed = run(*tool, "--bootstrap-server", kafka_settings.bootstrap_servers, "--topic", topic, "--from-beginning", "--max-messages", "2", *shown)
    assert printed.splitlines() == ['ce_type:log_in\tuser-1\t{"a": 1}', 'NO_HEADERS\tuser-2\t{"a": 2}']


@pytest.mark.kcat
def test_kcat_reads_and_writes(kafka_settings: KafkaSettings, topic: str) -> None:
    kcat = ["kcat", "-b", kafka_settings.bootstrap_servers, "-t", topic]
    run(*kcat, "-P", "-k", "user-3", "-H", "ce_type=log_out", given="{}")
    printed = [json.loads(line) for line in run(*kcat, "-C", "-e", "-q", "-J").splitlines()]
    assert [(line["key"], line["payload"]) for line in printed] == [("user-1", '{"a": 1}'), ("user-2", '{"a": 2}'), ("user-3", "{}")]
    log = connect(kafka_settings)
    [record] = log.read(topic, 0, 2, 3)
    log.close()
    assert (record.key, record.value, record.headers) == (b"user-3", b"{}", [("ce_type", b"log_out")])
