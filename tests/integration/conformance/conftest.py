"""One storage a run, chosen by `--storage`; a lake of its own for each test, on the session's broker and Spark."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pipeline import Pipeline
from pyspark.sql import SparkSession
from storages import TABLES, LakeOptions, Storage, started

from eddyline.settings import KafkaSettings
from eddyline.spark import landing as landing_module


@pytest.fixture(scope="session")
def storage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """Start the storage that the run is for."""
    storage = started(request.config.getoption("--storage"), tmp_path_factory.mktemp("storage"))
    yield storage
    storage.stop()


@pytest.fixture
def lake(storage: Storage) -> Iterator[LakeOptions]:
    """Make an empty lake of the test's own."""
    with storage.lake() as lake:
        yield lake


@pytest.fixture
def make_pipeline(tmp_path: Path, kafka_settings: KafkaSettings, spark: SparkSession, lake: LakeOptions) -> Callable[..., Pipeline]:
    """Make a pipeline into the test's lake, with landing settings of the test's own."""
    return lambda **landing: Pipeline.make(tmp_path, kafka_settings, spark, lake=lake, tables=TABLES, **landing)


@pytest.fixture
def pipeline(make_pipeline: Callable[..., Pipeline]) -> Pipeline:
    """Make a topic and a landing query into the test's lake."""
    return make_pipeline()


@pytest.fixture
def at_point(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], None]], list[str]]:
    """Do something once at a named point of a batch, as a crash would happen there; the list says when it was done."""

    def arrange(name: str, action: Callable[[], None]) -> list[str]:
        done: list[str] = []

        def act(point: str) -> None:
            if point == name and not done:
                done.append(point)
                action()

        monkeypatch.setattr(landing_module, "crash_at", lambda _name, _pid: act)
        return done

    return arrange
