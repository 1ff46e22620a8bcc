"""What must hold for every client of Kafka, against a real broker."""

import gc
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import psutil
import pytest
from confluent_kafka import Producer
from tenacity import Retrying, retry, retry_if_exception_type, stop_after_delay, wait_fixed

from eddyline.contracts.topics import Topic
from eddyline.errors import BrokerUnavailable, RecordTooLarge, SetupError
from eddyline.kafka.clients import connect
from eddyline.kafka.config import Bounds
from eddyline.kafka.log import Delivery, EventLog, Record
from eddyline.kafka.topics import create_topics
from eddyline.settings import KafkaSettings
from eddyline.stack.broker import Broker

pytestmark = [
    pytest.mark.integration,
    # kafka-python 3.0.12 reads its schemas in a way Python deprecates, and forgets sockets whose connection was refused.
    pytest.mark.filterwarnings("ignore:(read|open)_text is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


def new_topic(settings: KafkaSettings, partitions: int = 1) -> str:
    name = f"test-{uuid.uuid4().hex[:12]}"
    assert create_topics(settings.model_copy(update={"partitions": partitions}), [Topic(name, "made by a test")]) == [name]
    return name


def read_all(log: EventLog, topic: str, partition: int = 0) -> list[Record]:
    start, end = log.end_offsets(topic)[partition]
    return list(log.read(topic, partition, start, end))


@contextmanager
def frozen(broker: Broker) -> Iterator[None]:
    process = psutil.Process(broker.pid)
    process.suspend()
    try:
        for attempt in Retrying(stop=stop_after_delay(10), wait=wait_fixed(0.01), reraise=True):
            with attempt:
                assert process.status() == psutil.STATUS_STOPPED
        yield
    finally:
        process.resume()


@retry(retry=retry_if_exception_type(BrokerUnavailable), stop=stop_after_delay(30), wait=wait_fixed(0.2), reraise=True)
def append_until_acknowledged(log: EventLog, topic: str, value: bytes) -> None:
    log.append(topic, b"key", value).result()


def append_times(times: int, log: EventLog, topic: str, deliveries: list[Delivery]) -> None:
    for _ in range(times):
        deliveries.append(log.append(topic, None, b"waiting"))  # noqa: PERF401 - those before a refusal count


@dataclass
class Load:
    """Senders that append values of their own, each once, and note what was acknowledged where."""

    log: EventLog
    topic: str
    stop: threading.Event = field(default_factory=threading.Event)
    acknowledged: dict[tuple[int, int], bytes | None] = field(default_factory=dict)
    failed: list[bytes] = field(default_factory=list)

    def send_until_stopped(self, sender: int) -> None:
        for number in count():
            if self.stop.is_set():
                return
            value = b"%d-%d" % (sender, number)
            try:
                self.acknowledged[self.log.append(self.topic, value, value).result()] = value
            except BrokerUnavailable:
                self.failed.append(value)
                self.stop.wait(0.1)

    def wait_for_acknowledged(self, number: int) -> None:
        self._wait(lambda: len(self.acknowledged) >= number)

    def wait_for_failed(self, number: int) -> None:
        self._wait(lambda: len(self.failed) >= number)

    def _wait(self, reached: Callable[[], bool]) -> None:
        for attempt in Retrying(stop=stop_after_delay(60), wait=wait_fixed(0.05), reraise=True):
            with attempt:
                assert reached(), f"{len(self.acknowledged)} acknowledged, {len(self.failed)} failed"


class WrittenAndRead:
    """What holds while the broker is there."""

    client: str

    @pytest.fixture
    def settings(self, kafka_settings: KafkaSettings) -> KafkaSettings:
        return kafka_settings.model_copy(update={"client": self.client})

    @pytest.fixture
    def log(self, settings: KafkaSettings) -> Iterator[EventLog]:
        before = set(threading.enumerate())
        log = connect(settings)
        yield log
        log.close()
        for thread in set(threading.enumerate()) - before:
            thread.join(10)
            assert not thread.is_alive(), f"{thread.name} outlives its client"

    @pytest.fixture
    def topic(self, settings: KafkaSettings) -> str:
        return new_topic(settings)

    def test_an_acknowledged_record_can_be_read_back(self, log: EventLog, topic: str) -> None:
        before = datetime.now(UTC) - timedelta(milliseconds=1)
        position = log.append(topic, b"user-1", b'{"a": 1}', [("ce_id", b"1"), ("ce_id", b"again"), ("empty", b"")]).result()
        assert position == (0, 0)
        [record] = read_all(log, topic)
        assert (record.topic, record.partition, record.offset) == (topic, 0, 0)
        assert (record.key, record.value) == (b"user-1", b'{"a": 1}')
        assert record.headers == [("ce_id", b"1"), ("ce_id", b"again"), ("empty", b"")]
        assert before <= record.timestamp <= datetime.now(UTC)

    def test_records_of_one_key_stay_in_order_and_in_one_partition(self, settings: KafkaSettings, log: EventLog) -> None:
        topic = new_topic(settings, partitions=3)
        deliveries = [log.append(topic, b"user-%d" % (number % 7), b"%d" % number) for number in range(700)]
        assert log.flush(10) == 0
        assert all(delivery.settled for delivery in deliveries)
        partition_of: dict[bytes | None, set[int]] = {}
        values: dict[bytes | None, list[int]] = {}
        for partition in log.end_offsets(topic):
            for record in read_all(log, topic, partition):
                partition_of.setdefault(record.key, set()).add(partition)
                values.setdefault(record.key, []).append(int(record.value or b""))
        assert all(len(partitions) == 1 for partitions in partition_of.values())
        assert values == {b"user-%d" % user: list(range(user, 700, 7)) for user in range(7)}

    def test_both_clients_put_a_key_into_the_same_partition(self, settings: KafkaSettings, log: EventLog) -> None:
        topic = new_topic(settings, partitions=4)
        other = connect(settings.model_copy(update={"client": "pure" if self.client == "confluent" else "confluent"}))
        keys = [b"user-%d" % number for number in range(20)]
        mine = [log.append(topic, key, b"") for key in keys]
        theirs = [other.append(topic, key, b"") for key in keys]
        assert [delivery.result()[0] for delivery in mine] == [delivery.result()[0] for delivery in theirs]
        other.close()

    def test_an_empty_value_and_no_value_differ(self, log: EventLog, topic: str) -> None:
        log.append(topic, b"key", b"").result()
        log.append(topic, b"key", None).result()
        log.append(topic, None, b"no key").result()
        assert [(record.key, record.value, record.headers) for record in read_all(log, topic)] == [(b"key", b"", []), (b"key", None, []), (None, b"no key", [])]

    def test_many_threads_each_get_their_own_acknowledgement(self, log: EventLog, topic: str) -> None:
        def send(number: int) -> tuple[int, bytes]:
            value = b"%d" % number
            return log.append(topic, value, value).result()[1], value

        with ThreadPoolExecutor(32) as threads:
            acknowledged = dict(threads.map(send, range(2000)))
        assert acknowledged == {record.offset: record.value for record in read_all(log, topic)}
        assert len(acknowledged) == 2000

    def test_end_offsets_count_what_was_appended(self, settings: KafkaSettings, log: EventLog) -> None:
        topic = new_topic(settings, partitions=2)
        assert log.end_offsets(topic) == {0: (0, 0), 1: (0, 0)}
        positions = [log.append(topic, b"%d" % number, b"x").result() for number in range(10)]
        assert log.end_offsets(topic) == {partition: (0, sum(each[0] == partition for each in positions)) for partition in (0, 1)}

    def test_reading_takes_the_offsets_asked_for_and_ends(self, log: EventLog, topic: str) -> None:
        for number in range(10):
            log.append(topic, None, b"%d" % number)
        assert log.flush(10) == 0
        assert [record.offset for record in log.read(topic, 0, 3, 6)] == [3, 4, 5]
        assert [record.offset for record in log.read(topic, 0, 8, 1000)] == [8, 9]
        assert list(log.read(topic, 0, 4, 4)) == []
        assert list(log.read(topic, 0, 500, 1000)) == []

    def test_transaction_markers_and_aborted_records_are_absent(self, broker: Broker, log: EventLog, topic: str) -> None:
        #   0 kept | 1 aborted, 2 marker | 3 committed, 4 marker
        log.append(topic, None, b"kept").result()
        transactional = Producer({"bootstrap.servers": broker.bootstrap_servers, "transactional.id": topic})
        transactional.init_transactions(10)
        for value, end in ((b"aborted", transactional.abort_transaction), (b"committed", transactional.commit_transaction)):
            transactional.begin_transaction()
            transactional.produce(topic, value)
            transactional.flush(10)
            end(10)
        assert log.end_offsets(topic) == {0: (0, 5)}
        assert [(record.offset, record.value) for record in read_all(log, topic)] == [(0, b"kept"), (3, b"committed")]
        assert list(log.read(topic, 0, 1, 3)) == []
        assert list(log.read(topic, 0, 4, 5)) == []

    def test_an_open_transaction_is_not_yet_part_of_the_log(self, broker: Broker, log: EventLog, topic: str) -> None:
        log.append(topic, None, b"kept").result()
        transactional = Producer({"bootstrap.servers": broker.bootstrap_servers, "transactional.id": topic})
        transactional.init_transactions(10)
        transactional.begin_transaction()
        transactional.produce(topic, b"open")
        assert transactional.flush(10) == 0
        assert log.end_offsets(topic) == {0: (0, 1)}
        assert [record.value for record in log.read(topic, 0, 0, 100)] == [b"kept"]
        transactional.commit_transaction(10)
        assert log.end_offsets(topic) == {0: (0, 3)}

    def test_a_record_no_broker_takes_is_refused_at_once(self, log: EventLog, topic: str) -> None:
        with pytest.raises(RecordTooLarge, match="send less"):
            log.append(topic, None, b"x" * 1_100_000)
        assert log.append(topic, None, b"small").result() == (0, 0)

    def test_a_topic_that_is_not_there_is_named(self, log: EventLog) -> None:
        with pytest.raises(SetupError, match="no-such-topic"):
            log.end_offsets("no-such-topic")


class EventLogBehaviour(WrittenAndRead):
    """What holds when it goes away, too."""

    def test_a_full_queue_is_unavailable_at_once_and_holds_no_more(self, broker: Broker, settings: KafkaSettings, topic: str) -> None:
        log = connect(settings, Bounds(waiting_records=50))
        log.append(topic, None, b"reached").result()
        deliveries: list[Delivery] = []
        with frozen(broker):
            with pytest.raises(BrokerUnavailable, match="50 records wait"):
                append_times(51, log, topic, deliveries)
            # librdkafka forgets the record before them a moment after it told of its acknowledgement.
            assert len(deliveries) in (49, 50)
            assert not any(delivery.settled for delivery in deliveries)
        log.flush(10)
        append_until_acknowledged(log, topic, b"room again")
        log.close()

    def test_a_frozen_broker_is_unavailable_within_the_timeout_and_serves_again(self, broker: Broker, log: EventLog, topic: str) -> None:
        log.append(topic, None, b"before").result()
        # "did not answer" is what the client says after its own 2.5 s; `result` itself would give up after 10.
        with frozen(broker), pytest.raises(BrokerUnavailable, match="did not answer"):
            log.append(topic, None, b"during").result(timeout_s=10)
        append_until_acknowledged(log, topic, b"after")
        values = [record.value for record in read_all(log, topic)]
        assert (values[0], values[-1]) == (b"before", b"after")

    def test_a_stopped_broker_is_unavailable_and_serves_again_after_its_return(self, broker: Broker, log: EventLog, topic: str) -> None:
        log.append(topic, None, b"before").result()
        broker.kill()
        try:
            with pytest.raises(BrokerUnavailable):
                log.append(topic, None, b"during").result()
        finally:
            broker.start()
        append_until_acknowledged(log, topic, b"after")
        assert [record.value for record in read_all(log, topic)] in ([b"before", b"after"], [b"before", b"during", b"after"])

    def test_what_was_acknowledged_survives_a_killed_broker_and_stands_once(self, broker: Broker, settings: KafkaSettings, log: EventLog) -> None:
        topic = new_topic(settings, partitions=2)
        load = Load(log, topic)
        with ThreadPoolExecutor(8) as threads:
            senders = [threads.submit(load.send_until_stopped, sender) for sender in range(8)]
            try:
                load.wait_for_acknowledged(200)
                broker.kill()
                load.wait_for_failed(8)
                broker.start()
                load.wait_for_acknowledged(len(load.acknowledged) + 200)
            finally:
                load.stop.set()
            assert [sender.result() for sender in senders] == [None] * 8
        kept = {(partition, record.offset): record.value for partition in (0, 1) for record in read_all(log, topic, partition)}
        assert load.acknowledged.items() <= kept.items()
        assert len(set(kept.values())) == len(kept)

    def test_a_client_opened_before_the_broker_serves_once_it_is_there(self, broker: Broker, settings: KafkaSettings, topic: str) -> None:
        broker.stop()
        try:
            log = connect(settings)
            with pytest.raises(BrokerUnavailable):
                log.append(topic, None, b"too early").result()
        finally:
            broker.start()
        append_until_acknowledged(log, topic, b"after")
        log.close()


class TestConfluentLog(EventLogBehaviour):
    client = "confluent"


class TestPureLog(EventLogBehaviour):
    client = "pure"

    @pytest.fixture(autouse=True)
    def _forgotten_sockets_end_with_their_test(self) -> Iterator[None]:
        yield
        gc.collect()
