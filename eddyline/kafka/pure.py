"""The event log by kafka-python: pure Python, for machines without librdkafka and as a check on the default client."""

import logging
import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

from eddyline.errors import BrokerUnavailable, EddylineError, RecordTooLarge, SetupError
from eddyline.kafka.config import READ_PATIENCE_S, Bounds
from eddyline.kafka.log import Delivery, Headers, Record, at_milliseconds
from eddyline.kafka.refusal import Refusals

_NAMES = {
    "bootstrap.servers": "bootstrap_servers",
    "security.protocol": "security_protocol",
    "sasl.mechanism": "sasl_mechanism",
    "sasl.username": "sasl_plain_username",
    "sasl.password": "sasl_plain_password",
    "ssl.ca.location": "ssl_cafile",
    "ssl.certificate.location": "ssl_certfile",
    "ssl.key.location": "ssl_keyfile",
    "ssl.key.password": "ssl_password",
}


class PureLog:
    """An EventLog whose producer is made by the first append, since kafka-python must meet a broker to be made."""

    def __init__(self, client: dict[str, Any], bounds: Bounds) -> None:
        self._bounds = bounds
        self._said = _Said(client)
        self._client = {_NAMES[name]: value for name, value in client.items()}
        self._making = threading.Lock()
        self._producer: KafkaProducer | None = None
        self._room = threading.Semaphore(bounds.waiting_records)

    def append(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> Delivery:
        """Hand over a record; see EventLog."""
        if not self._room.acquire(blocking=False):
            raise BrokerUnavailable(f"{self._bounds.waiting_records} records wait for Kafka already: send the record again later")
        try:
            producer = self._connected()
            future = producer.send(topic, value, key, list(headers))
        except KafkaError as error:
            self._room.release()
            raise self._meaning(error) from error
        except BaseException:
            self._room.release()
            raise
        delivery = Delivery()
        future.add_callback(partial(self._acknowledge, delivery)).add_errback(partial(self._fail, delivery, producer))
        return delivery

    def flush(self, timeout_s: float) -> int:
        """Wait until all is settled; see EventLog."""
        deadline = time.monotonic() + timeout_s
        if self._producer is not None:
            try:
                self._producer.flush(timeout_s)
            except KafkaError:
                return self._unsettled()
        # A batch is complete a moment before the last of its records' callbacks has run.
        while self._unsettled() and time.monotonic() < deadline:
            time.sleep(0.001)
        return self._unsettled()

    def end_offsets(self, topic: str) -> dict[int, tuple[int, int]]:
        """Map each partition to (log start, end); see EventLog."""
        with self._consumer() as consumer:
            try:
                return _offsets(consumer, topic, sorted(consumer.partitions_for_topic(topic) or ()))
            except KafkaError as error:
                raise self._meaning(error) from error

    def read(self, topic: str, partition: int, start: int, stop: int) -> Iterator[Record]:
        """Yield the records in [start, stop); see EventLog."""
        with self._consumer() as consumer:
            try:
                first, end = _offsets(consumer, topic, [partition])[partition]
                yield from _read(consumer, TopicPartition(topic, partition), max(first, start), min(end, stop))
            except KafkaError as error:
                raise self._meaning(error) from error

    def close(self) -> None:
        """Settle what was handed over and stop."""
        producer = self._producer
        if producer is not None:
            self.flush(self._bounds.ack_timeout_ms / 1000 + 1)
            self._retire(producer)
            producer._sender.join(5)  # noqa: SLF001 - see _retire
        self._said.leave()

    def _connected(self) -> KafkaProducer:
        present = self._producer
        return present if present is not None else self._reach_broker()

    def _reach_broker(self) -> KafkaProducer:
        patience_s = self._bounds.ack_timeout_ms / 1000
        deadline = time.monotonic() + patience_s
        if not self._making.acquire(timeout=patience_s):
            raise BrokerUnavailable("Kafka is not reached yet: send the record again later")
        try:
            left_ms = max(1, int((deadline - time.monotonic()) * 1000))
            made = self._producer or KafkaProducer(**self._client, **_producer(self._bounds), bootstrap_timeout_ms=left_ms)
            self._producer = made
            return made
        finally:
            self._making.release()

    def _consumer(self) -> KafkaConsumer:
        try:
            return KafkaConsumer(**self._client, **_CONSUMER)
        except KafkaError as error:
            raise self._meaning(error) from error

    def _acknowledge(self, delivery: Delivery, metadata: Any) -> None:
        self._room.release()
        delivery.acknowledge(metadata.partition, metadata.offset)

    def _fail(self, delivery: Delivery, producer: KafkaProducer, error: Exception) -> None:
        meaning = self._meaning(error)
        if isinstance(meaning, BrokerUnavailable):
            self._retire(producer)
        self._room.release()
        delivery.fail(meaning)

    def _retire(self, producer: KafkaProducer) -> None:
        # After an idempotent batch expired, kafka-python 3.0.12 neither sends nor expires anything any more, and its own
        # close() raises before it stops the sender. So the next append makes a new producer.
        if self._producer is producer:
            self._producer = None
        producer._closed = True  # noqa: SLF001
        producer._sender.force_close()  # noqa: SLF001

    def _meaning(self, error: Exception) -> EddylineError:
        if isinstance(error, MessageSizeTooLargeError | RecordListTooLargeError):
            return RecordTooLarge(f"Kafka takes no record of this size ({error}): send less in one event")
        return self._said.refusals.error or BrokerUnavailable(
            f"Kafka did not answer as needed ({error}): look at the broker, then send again with the same event id"
        )

    def _unsettled(self) -> int:
        return self._bounds.waiting_records - self._room._value  # noqa: SLF001 - a semaphore tells its count nowhere else


class _Said(logging.Handler):
    """Listens to kafka-python's log, the one place where it says why a broker does not let it in."""

    def __init__(self, client: dict[str, Any]) -> None:
        super().__init__(logging.WARNING)
        self.refusals = Refusals(client)
        self._logger = logging.getLogger("kafka")
        self._logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Take note of a line."""
        self.refusals.hear(record.getMessage())

    def leave(self) -> None:
        """Listen no more."""
        self._logger.removeHandler(self)


def _producer(bounds: Bounds) -> dict[str, Any]:
    return {
        "enable_idempotence": True,
        "acks": "all",
        "linger_ms": 1,
        "delivery_timeout_ms": bounds.ack_timeout_ms,
        "request_timeout_ms": max(1, bounds.ack_timeout_ms - 500),
        "max_block_ms": bounds.ack_timeout_ms,
        "max_request_size": bounds.record_bytes,
        "reconnect_backoff_max_ms": 500,
        "allow_auto_create_topics": False,
        "metrics_enabled": False,
    }


_CONSUMER: dict[str, Any] = {
    "enable_auto_commit": False,
    "auto_offset_reset": "earliest",
    "isolation_level": "read_committed",
    "allow_auto_create_topics": False,
    "bootstrap_timeout_ms": int(READ_PATIENCE_S * 1000),
    "fetch_max_wait_ms": 50,
    "reconnect_backoff_max_ms": 500,
    "metrics_enabled": False,
}


def _offsets(consumer: KafkaConsumer, topic: str, partitions: list[int]) -> dict[int, tuple[int, int]]:
    if not partitions:
        raise SetupError(f"topic {topic} is not there: make it with `eddyline topics create`")
    wanted = [TopicPartition(topic, partition) for partition in partitions]
    patience_ms = int(READ_PATIENCE_S * 1000)
    starts, ends = consumer.beginning_offsets(wanted, timeout_ms=patience_ms), consumer.end_offsets(wanted, timeout_ms=patience_ms)
    return {place.partition: (starts[place], ends[place]) for place in wanted}


def _read(consumer: KafkaConsumer, place: TopicPartition, start: int, stop: int) -> Iterator[Record]:
    consumer.assign([place])
    consumer.seek(place, start)
    deadline = time.monotonic() + READ_PATIENCE_S
    # The position passes over markers and aborted records, so it reaches `stop` even where no record stands before it.
    while (before := consumer.position(place)) < stop:
        for message in consumer.poll(timeout_ms=500, max_records=1000).get(place, ()):
            if message.offset >= stop:
                return
            yield _record(message)
        if consumer.position(place) > before:
            deadline = time.monotonic() + READ_PATIENCE_S
        elif time.monotonic() > deadline:
            raise BrokerUnavailable(f"Kafka gave no record for {READ_PATIENCE_S} s: look at the broker, then read again")


def _record(message: Any) -> Record:
    headers = [(name, value or b"") for name, value in message.headers]
    return Record(message.topic, message.partition, message.offset, message.key, message.value, headers, at_milliseconds(message.timestamp))
