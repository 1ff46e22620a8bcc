"""The event log by confluent-kafka (librdkafka): the default, 13 times cheaper than pure Python."""

import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from tenacity import retry, retry_if_exception, stop_after_delay, wait_fixed

from eddyline.errors import BrokerUnavailable, EddylineError, RecordTooLarge, SetupError
from eddyline.kafka.config import READ_PATIENCE_S, Bounds
from eddyline.kafka.log import Delivery, Headers, Record, at_milliseconds
from eddyline.kafka.refusal import Refusals

_STEP_S = 2.0
_TOO_LARGE = (KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.RECORD_LIST_TOO_LARGE)

# A broker that just came back knows its partitions before it leads them again.
_PASSING = (KafkaError._UNKNOWN_PARTITION, KafkaError.LEADER_NOT_AVAILABLE, KafkaError.NOT_LEADER_FOR_PARTITION)  # noqa: SLF001 - librdkafka's own codes have no other name


class ConfluentLog:
    """An EventLog whose acknowledgements a background thread collects."""

    def __init__(self, client: dict[str, Any], bounds: Bounds) -> None:
        self._bounds = bounds
        self._refusals = Refusals(client)
        heard = {"error_cb": partial(hear, self._refusals)}
        self._consumer_config = client | _CONSUMER | heard
        self._producer = Producer(client | _producer(bounds) | heard)
        self._open = True
        self._poller = threading.Thread(target=self._poll, name="kafka-acknowledgements", daemon=True)
        self._poller.start()

    def append(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> Delivery:
        """Hand over a record; see EventLog."""
        delivery = Delivery()
        try:
            self._producer.produce(topic, value, key, headers=list(headers), on_delivery=partial(self._settle, delivery))
        except BufferError as error:
            raise BrokerUnavailable(f"{self._bounds.waiting_records} records wait for Kafka already: send the record again later") from error
        except KafkaException as error:
            raise self._meaning(error.args[0]) from error
        return delivery

    def flush(self, timeout_s: float) -> int:
        """Wait until all is settled; see EventLog."""
        return int(self._producer.flush(timeout_s))

    def end_offsets(self, topic: str) -> dict[int, tuple[int, int]]:
        """Map each partition to (log start, end); see EventLog."""
        consumer = Consumer(self._consumer_config)
        try:
            return {partition: _offsets(consumer, topic, partition) for partition in self._partitions(consumer, topic)}
        except KafkaException as error:
            raise self._meaning(error.args[0]) from error
        finally:
            consumer.close()

    def read(self, topic: str, partition: int, start: int, stop: int) -> Iterator[Record]:
        """Yield the records in [start, stop); see EventLog."""
        consumer = Consumer(self._consumer_config)
        try:
            first, end = _offsets(consumer, topic, partition)
            first, end = max(first, start), min(end, stop)
            if first < end:
                consumer.assign([TopicPartition(topic, partition, first)])
                yield from _read_until(consumer, end)
        except KafkaException as error:
            consumer.poll(0)
            raise self._meaning(error.args[0]) from error
        finally:
            consumer.close()

    def close(self) -> None:
        """Settle what was handed over and stop."""
        self.flush(self._bounds.ack_timeout_ms / 1000 + 1)
        self._open = False
        self._poller.join()

    def _poll(self) -> None:
        while self._open:
            self._producer.poll(0.1)

    def _settle(self, delivery: Delivery, error: KafkaError | None, message: Any) -> None:
        if error is None:
            delivery.acknowledge(message.partition(), message.offset())
        else:
            delivery.fail(self._meaning(error))

    def _partitions(self, consumer: Consumer, topic: str) -> list[int]:
        metadata = ask_cluster(consumer, self._refusals, READ_PATIENCE_S, topic).topics[topic]
        if metadata.error is not None:
            raise SetupError(f"topic {topic} is not there ({metadata.error.str()}): make it with `eddyline topics create`")
        return sorted(metadata.partitions)

    def _meaning(self, error: KafkaError) -> EddylineError:
        if error.code() in _TOO_LARGE:
            return RecordTooLarge(f"Kafka takes no record of this size ({error.str()}): send less in one event")
        return self._refusals.error or BrokerUnavailable(
            f"Kafka did not answer as needed ({error.str()}): look at the broker, then send again with the same event id"
        )


def hear(refusals: Refusals, error: KafkaError) -> None:
    """Be the `error_cb` of a client: remember why it is not let in."""
    refusals.hear(error.str())


def ask_cluster(client: Consumer | AdminClient, refusals: Refusals, patience_s: float, topic: str | None = None) -> Any:
    """Ask for the cluster's metadata, in short steps, since a refusal is told in the background while librdkafka tries on.

    Raises BrokerRefuses at once when the broker does not let us in, KafkaException when it did not answer in time.
    """
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return client.list_topics(topic, timeout=_STEP_S)
        except KafkaException as error:
            client.poll(0)
            if (refused := refusals.error) is not None:
                raise refused from error
            if time.monotonic() > deadline:
                raise


# murmur2 is what Java clients hash keys with: a user's events stay in one partition whoever sends them.
def _producer(bounds: Bounds) -> dict[str, Any]:
    return {
        "enable.idempotence": True,
        "acks": "all",
        "linger.ms": 1,
        "partitioner": "murmur2_random",
        "message.timeout.ms": bounds.ack_timeout_ms,
        "message.max.bytes": bounds.record_bytes,
        "queue.buffering.max.messages": bounds.waiting_records,
        "queue.buffering.max.kbytes": bounds.waiting_kilobytes,
        "socket.timeout.ms": 2000,
        "reconnect.backoff.max.ms": 500,
        "log_level": 0,
    }


_CONSUMER = {
    "group.id": "eddyline-reader",
    "enable.auto.commit": False,
    "auto.offset.reset": "earliest",
    "isolation.level": "read_committed",
    "enable.partition.eof": True,
    "fetch.wait.max.ms": 50,
    "reconnect.backoff.max.ms": 500,
    "log_level": 0,
}


def _passes(error: BaseException) -> bool:
    return isinstance(error, KafkaException) and error.args[0].code() in _PASSING


@retry(retry=retry_if_exception(_passes), stop=stop_after_delay(READ_PATIENCE_S), wait=wait_fixed(0.1), reraise=True)
def _offsets(consumer: Consumer, topic: str, partition: int) -> tuple[int, int]:
    return consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=READ_PATIENCE_S, cached=False)


def _read_until(consumer: Consumer, stop: int) -> Iterator[Record]:
    deadline = time.monotonic() + READ_PATIENCE_S
    while time.monotonic() < deadline:
        for message in _some(consumer):
            deadline = time.monotonic() + READ_PATIENCE_S
            if _ends(message, stop):
                return
            if message.error() is None:
                yield _record(message)
    raise BrokerUnavailable(f"Kafka gave no record for {READ_PATIENCE_S} s: look at the broker, then read again")


# consume() alone waits its whole timeout whenever fewer messages than asked for are left.
def _some(consumer: Consumer) -> Iterator[Any]:
    first = consumer.poll(0.5)
    if first is not None:
        yield first
        yield from consumer.consume(1000, timeout=0)


def _ends(message: Any, stop: int) -> bool:
    error = message.error()
    if error is not None and error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - as above
        raise KafkaException(error)
    return bool(message.offset() >= stop)


def _record(message: Any) -> Record:
    headers = [(name, value or b"") for name, value in message.headers() or ()]
    return Record(message.topic(), message.partition(), message.offset(), message.key(), message.value(), headers, at_milliseconds(message.timestamp()[1]))
