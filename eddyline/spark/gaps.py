"""Gaps between what has landed and what a topic still holds: nobody steps over one without saying so."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import SparkSession

from eddyline.contracts.spark_schema import spark_ddl
from eddyline.contracts.tables import GAPS, Table
from eddyline.errors import TopicReplaced
from eddyline.kafka.clients import connect
from eddyline.kafka.topics import topic_ids
from eddyline.settings import KafkaSettings
from eddyline.spark.tables import load_iceberg, name_of

Places = Mapping[tuple[str, int], int]
"""An offset of each partition (topic, number)."""
# A property of the tables: it stays when rows, snapshots and checkpoints go.
_TOPIC_ID = "eddyline.topic-id."
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


@dataclass(frozen=True, slots=True)
class Log:
    """What a broker holds of some topics: its offsets are [start, end), by (topic, partition)."""

    starts: Places
    ends: Places
    ids: Mapping[str, str] = field(default_factory=dict)
    """What the broker calls each topic: a topic that is made anew under its name gets another id."""

    @classmethod
    def of(cls, kafka: KafkaSettings, topics: Sequence[str]) -> "Log":
        """Ask the broker."""
        with closing(connect(kafka)) as log:
            held = {(topic, partition): bounds for topic in topics for partition, bounds in log.end_offsets(topic).items()}
        starts, ends = ({place: bounds[side] for place, bounds in held.items()} for side in (0, 1))
        return cls(starts, ends, topic_ids(kafka, topics))

    def gaps(self, marks: Places) -> list[Gap]:
        """Compare the highest settled offsets with the log's starts; a topic of which nothing has landed yet has no gap."""
        return [Gap(*place, mark + 1, self.starts[place] - 1) for place, mark in sorted(marks.items()) if self.starts.get(place, 0) > mark + 1]

    def need_settled(self, marks: Places) -> None:
        """Go on if the log reaches as far as the tables.

        Raises TopicReplaced when it ends earlier: new records would get offsets that count as landed.
        """
        short = [
            f"{topic} partition {partition} ends at {self.ends.get((topic, partition), 0)}, the tables hold offset {mark}"
            for (topic, partition), mark in sorted(marks.items())
            if self.ends.get((topic, partition), 0) <= mark
        ]
        if short:
            raise TopicReplaced(
                f"{'; '.join(short)}: the topic was made anew or the broker lost its end, so new records would be taken for landed ones. "
                "Put the broker's data back, or land in new tables (another EDDYLINE_HOME or lake.warehouse and catalog)"
            )

    def need_same(self, kept: Mapping[str, str], landed: Collection[str]) -> None:
        """Go on if the topics are those that a table was filled from, by the ids that it keeps; those of which nothing landed may be others.

        Raises TopicReplaced when one is not: its records may have offsets that count as landed.
        """
        for topic, found in self.ids.items():
            if topic in landed and kept.get(topic, found) != found:
                raise TopicReplaced(
                    f"{topic} was made anew since the tables were filled from it: its id is {found}, that of the landed records' topic {kept[topic]}, "
                    "so new records would be taken for landed ones. Put the broker's data back, or land in new tables (another EDDYLINE_HOME or "
                    f"lake.warehouse and catalog); if it holds the very same records, remove the table's property {_TOPIC_ID}{topic}"
                )


def kept_ids(spark: SparkSession, table: Table) -> dict[str, str]:
    """Read the ids of the topics that a table was filled from."""
    return {name.removeprefix(_TOPIC_ID): value for name, value in load_iceberg(spark, table).properties().items() if name.startswith(_TOPIC_ID)}


def keep_ids(spark: SparkSession, table: Table, ids: Mapping[str, str]) -> None:
    """Write down the ids of the topics that a table is filled from."""
    update = load_iceberg(spark, table).updateProperties()
    for topic, found in ids.items():
        update.set(f"{_TOPIC_ID}{topic}", found)
    update.commit()


def note_gaps(spark: SparkSession, table: Table, found: Sequence[Gap]) -> None:
    """Write down which offsets a table goes on without."""
    now = datetime.now(UTC)
    rows = [(table.identifier, gap.topic, gap.first, gap.partition, gap.last, now) for gap in found]
    if rows:
        spark.createDataFrame(rows, spark_ddl(GAPS)).coalesce(1).writeTo(name_of(GAPS)).append()


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
