"""`eddyline topics` tells what the broker has and creates what is missing."""

import json
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner

from eddyline.cli.app import _app
from eddyline.contracts.topics import INPUT_TOPICS
from eddyline.settings import KafkaSettings

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("no_input_topics")]


def run(kafka: KafkaSettings, *arguments: str, **environment: str) -> Any:
    environment = {"EDDYLINE_KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap_servers, "COLUMNS": "200"} | environment
    try:
        return CliRunner().invoke(_app(["topics"]), ["topics", *arguments], env=environment)
    finally:
        # The command logs to the runner's standard error, which is closed by now.
        structlog.reset_defaults()


def test_topics_are_created_once_and_then_are_there(kafka_settings: KafkaSettings) -> None:
    assert run(kafka_settings, "create").exit_code == 0
    again = run(kafka_settings, "create")
    assert (again.exit_code, again.stdout) == (0, "events is there\nevents.dlq is there\n")
    assert json.loads(run(kafka_settings, "create", "--json").stdout) == {"created": [], "differences": []}


def test_a_topic_unlike_the_settings_makes_the_command_fail_and_is_named(kafka_settings: KafkaSettings) -> None:
    run(kafka_settings, "create")
    told = run(kafka_settings, "create", EDDYLINE_KAFKA__PARTITIONS="7")
    assert told.exit_code == 1
    assert "topic events has partitions=2, the settings say 7" in told.stdout


def test_topics_are_listed_with_what_they_hold(kafka_settings: KafkaSettings) -> None:
    run(kafka_settings, "create")
    listed = json.loads(run(kafka_settings, "list", "--json").stdout)
    assert {topic.name for topic in INPUT_TOPICS} <= listed.keys()
    assert listed["events.dlq"]["partitions"] == 2
    assert "events.dlq" in run(kafka_settings, "list").stdout


def test_a_topic_is_described(kafka_settings: KafkaSettings) -> None:
    run(kafka_settings, "create")
    assert "LogAppendTime" in run(kafka_settings, "describe", "events").stdout
    told = json.loads(run(kafka_settings, "describe", "events", "--json").stdout)
    assert told["configuration"]["message.timestamp.type"] == "LogAppendTime"
    assert told["offsets"].keys() == {"0", "1"}
