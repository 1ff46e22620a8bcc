"""Fixtures of the integration tests: one Spark a session, one pipeline a test."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pipeline import Pipeline
from pyspark.sql import SparkSession
from stack_command import Command, eventually

from eddyline.settings import KafkaSettings, load
from eddyline.spark.session import SHORT_LIVED, start_session, stop_session
from eddyline.stack import jars


@pytest.fixture(scope="session")
def spark(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Start one Spark driver for the whole session."""
    wanted = ("spark", "s3") if request.config.getoption("--storage") == "s3" else ("spark",)
    libraries = jars.fetch(*wanted)
    interrupt = signal.getsignal(signal.SIGINT)
    session = start_session(load(home=tmp_path_factory.mktemp("spark"), landing={"driver_java_options": SHORT_LIVED}), "tests", libraries)
    signal.signal(signal.SIGINT, interrupt)
    yield session
    stop_session(session)


@pytest.fixture
def pipeline(tmp_path: Path, kafka_settings: KafkaSettings, spark: SparkSession) -> Pipeline:
    """Make a topic, a lake and a landing query of the test's own."""
    return Pipeline.make(tmp_path, kafka_settings, spark)


@pytest.fixture
def make_pipeline(tmp_path: Path, kafka_settings: KafkaSettings, spark: SparkSession) -> Callable[..., Pipeline]:
    """Make a pipeline with landing settings of the test's own."""
    return lambda **landing: Pipeline.make(tmp_path, kafka_settings, spark, **landing)


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    """Give the command on a state folder of the test's own, where nothing runs any more when the test is over."""
    found = Command(tmp_path / "home")
    yield found
    found.run("down")
    eventually(lambda: found.processes() == [])
