"""Gaps between what has landed and what a topic still holds: nobody steps over one without saying so."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession

from eddyline.kafka.clients import connect
from eddyline.settings import KafkaSettings

# How Spark's Kafka source says that its next record has gone.
_SIGNS = ("OffsetOutOfRangeException", "KafkaIllegalStateException", "KAFKA_DATA_LOSS")


@dataclass(frozen=True, slots=True)
class Gap:
    """Offsets from `first` to `last` that the topic no longer holds and no table has."""

    topic: str
    partition: int
    first: int
    last: int

    def __str__(self) -> str:
        return f"offsets {self.first} to {self.last} of {self.topic} partition {self.partition}"


def gaps(marks: Mapping[tuple[str, int], int], starts: Mapping[tuple[str, int], int]) -> list[Gap]:
    """Compare the highest settled offsets with the log's starts; a topic of which nothing has landed yet has no gap."""
    return [Gap(*place, mark + 1, starts[place] - 1) for place, mark in sorted(marks.items()) if starts.get(place, 0) > mark + 1]


def log_starts(kafka: KafkaSettings, topics: tuple[str, ...]) -> dict[tuple[str, int], int]:
    """Ask the broker for the first offset that it still holds of each partition."""
    with closing(connect(kafka)) as log:
        return {(topic, partition): start for topic in topics for partition, (start, _) in log.end_offsets(topic).items()}


def is_about_a_gap(error: Exception) -> bool:
    """Tell whether a query failed because its topic lost what comes next."""
    return any(sign in str(error) for sign in _SIGNS)


def has_checkpoint(spark: SparkSession, folder: str) -> bool:
    """Tell whether a query has begun in this folder, wherever it is."""
    return bool(_file_system(spark, folder).exists(_path(spark, f"{folder}/offsets")))


def forget_checkpoint(spark: SparkSession, folder: str) -> None:
    """Delete a query's checkpoint: it starts again from the tables' marks and the log's start."""
    _file_system(spark, folder).delete(_path(spark, folder), True)  # noqa: FBT003 - Hadoop's own signature


def _file_system(spark: SparkSession, folder: str) -> Any:
    return _path(spark, folder).getFileSystem(spark._jsparkSession.sessionState().newHadoopConf())  # noqa: SLF001


def _path(spark: SparkSession, folder: str) -> Any:
    jvm = spark.sparkContext._jvm  # noqa: SLF001 - Hadoop's file systems have no other door from Python
    assert jvm is not None
    return jvm.org.apache.hadoop.fs.Path(folder)
