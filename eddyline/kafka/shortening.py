"""Shortening: records leave a topic on purpose, and their files the broker's disk."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined] # its stubs forget the re-exports
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    ResourceType,
)

from eddyline.errors import BrokerUnavailable
from eddyline.kafka.config import client_config
from eddyline.settings import KafkaSettings

Ends = dict[tuple[str, int], int]
"""An offset of each (topic, partition)."""
TIMEOUT_S = 30.0
# An odd number, so that a run which was killed is recognised by what it left behind.
_SEGMENT_MS = 107
_ROLL = {"segment.ms": str(_SEGMENT_MS)}
_COMPACT_NOW = _ROLL | {"min.cleanable.dirty.ratio": "0", "delete.retention.ms": "0", "max.compaction.lag.ms": str(_SEGMENT_MS)}
_ROLL_AGAIN_S = 4.0


@dataclass
class Shortening:
    """Takes records from topics; needs the right to alter their configuration and to write to them."""

    settings: KafkaSettings
    # A client that nobody holds any more ends at once, and with it what it was asked.
    _admin: AdminClient = field(init=False)

    def __post_init__(self) -> None:
        self._admin = AdminClient(client_config(self.settings) | {"log_level": 0})

    def roll(self, partitions: Mapping[str, int]) -> Ends:
        """Begin a new file in each partition of topics (names and numbers of partitions); return the offset where it begins.

        A broker deletes whole files only, and never the one that it writes to. Raises BrokerUnavailable when Kafka refuses or does not answer.
        """
        with _refusals(), self._configured(list(partitions), _ROLL):
            return self._append_nothing(partitions)

    def shorten(self, ends: Ends) -> None:
        """Delete the records before these offsets.

        Raises BrokerUnavailable when Kafka refuses or does not answer.
        """
        wanted = [TopicPartition(topic, partition, end) for (topic, partition), end in ends.items()]
        with _refusals():
            for future in (self._admin.delete_records(wanted) if wanted else {}).values():
                future.result(TIMEOUT_S)

    def compact(self, partitions: Mapping[str, int], is_done: Callable[[], bool], within_s: float) -> bool:
        """Let the broker compact topics at once, removals included, until the condition holds; tell whether it did in time."""
        deadline = time.monotonic() + within_s
        rolled_at = float("-inf")
        with _refusals(), self._configured(list(partitions), _COMPACT_NOW):
            while not (done := is_done()) and time.monotonic() < deadline:
                # A removal goes in the second cleaning after it, and a cleaning takes only files that are not written to any more.
                if time.monotonic() - rolled_at > _ROLL_AGAIN_S:
                    self._append_nothing(partitions)
                    rolled_at = time.monotonic()
                time.sleep(0.5)
        return done

    def _append_nothing(self, partitions: Mapping[str, int]) -> Ends:
        """Write records that no reader sees, twice: the second surely opens a file, as the first is older than a file may be."""
        producer = Producer(client_config(self.settings) | {"transactional.id": "eddyline-shortening", "acks": "all", "log_level": 0})
        producer.init_transactions(TIMEOUT_S)
        ends: Ends = {}
        for _ in range(2):
            time.sleep(2 * _SEGMENT_MS / 1000)
            producer.begin_transaction()
            for topic, count in partitions.items():
                for partition in range(count):
                    producer.produce(topic, b"", b"eddyline", partition=partition, on_delivery=lambda error, message: _note(ends, error, message))
            producer.flush(TIMEOUT_S)
            producer.abort_transaction(TIMEOUT_S)
        if len(ends) < sum(partitions.values()):
            raise BrokerUnavailable(f"Kafka did not take up records in all partitions of {', '.join(partitions)}: see to it, then run the command again")
        return ends

    @contextmanager
    def _configured(self, topics: Sequence[str], values: Mapping[str, str]) -> Iterator[None]:
        before = {topic: self._own_values(topic, values) for topic in topics}
        self._alter(dict.fromkeys(topics, values))
        try:
            self._wait_until(topics, values)
            yield
        finally:
            self._alter(before)

    def _own_values(self, topic: str, names: Mapping[str, str]) -> dict[str, str | None]:
        """Read what the topic itself says; what a killed run of ours has left there counts as nothing."""
        found = self._describe(topic)
        ours = {name: found[name].value if found[name].source == ConfigSource.DYNAMIC_TOPIC_CONFIG.value else None for name in names}
        return dict.fromkeys(names) if ours.get("segment.ms") == str(_SEGMENT_MS) else ours

    def _wait_until(self, topics: Sequence[str], values: Mapping[str, str]) -> None:
        deadline = time.monotonic() + TIMEOUT_S
        for topic in topics:
            while any(float(self._describe(topic)[name].value) != float(value) for name, value in values.items()):
                if time.monotonic() > deadline:
                    raise BrokerUnavailable(f"the broker does not take up the configuration of {topic}; run the command again")
                time.sleep(0.05)

    def _describe(self, topic: str) -> dict[str, Any]:
        resource = ConfigResource(ResourceType.TOPIC, topic)
        found: dict[str, Any] = self._admin.describe_configs([resource])[resource].result(TIMEOUT_S)
        return found

    def _alter(self, values: Mapping[str, Mapping[str, str | None]]) -> None:
        resources = [
            ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[_entry(*each) for each in named.items()]) for topic, named in values.items()
        ]
        for future in self._admin.incremental_alter_configs(resources).values():
            future.result(TIMEOUT_S)


def files_before(data: Path, ends: Ends) -> list[Path]:
    """List the files of a broker's data folder that still have records before these offsets, those that wait for their deletion included."""
    folders = {(topic, partition): data / f"{topic}-{partition}" for topic, partition in ends}
    segments = {place: sorted(folder.glob("*.log*")) for place, folder in folders.items()}
    return [path for place, paths in segments.items() for path in paths if int(path.name.partition(".")[0]) < ends[place]]


def files_to_be_deleted(data: Path, topics: Mapping[str, int]) -> list[Path]:
    """List the files of topics in a broker's data folder that were compacted away and wait for their deletion."""
    folders = [data / f"{topic}-{partition}" for topic, count in topics.items() for partition in range(count)]
    return [path for folder in folders for sign in ("deleted", "cleaned", "swap") for path in folder.glob(f"*.log.{sign}")]


def _entry(name: str, value: str | None) -> ConfigEntry:
    return ConfigEntry(name, value or "", incremental_operation=AlterConfigOpType.SET if value is not None else AlterConfigOpType.DELETE)


def _note(ends: Ends, error: Any, message: Any) -> None:
    if error is None:
        ends[message.topic(), message.partition()] = message.offset()


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (KafkaException, TimeoutError) as error:
        reason = error.args[0].str() if isinstance(error, KafkaException) else "no answer in time"
        raise BrokerUnavailable(f"Kafka did not shorten its topics ({reason}): see to it, then run the command again") from error
