"""An event log in memory whose broker can be taken away; it keeps what it acknowledged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from eddyline.errors import BrokerUnavailable
from eddyline.kafka.log import Delivery, Record

Broker = Literal["there", "silent", "failing", "full"]


@dataclass
class MemoryLog:
    """`acknowledges` more records are taken before the broker is what `then` says."""

    acknowledges: float = float("inf")
    then: Broker = "failing"
    appended: int = 0
    topics: dict[str, list[Record]] = field(default_factory=lambda: {"events": [], "events.dlq": []})

    def append(self, topic: str, key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes]] = ()) -> Delivery:
        broker: Broker = "there" if self.acknowledges > 0 else self.then
        self.acknowledges -= 1
        if broker == "full":
            raise BrokerUnavailable("too many records wait")
        self.appended += 1
        delivery = Delivery()
        if broker == "failing":
            delivery.fail(BrokerUnavailable("the broker is away"))
        elif broker == "there":
            records = self.topics[topic]
            records.append(Record(topic, 0, len(records), key, value, list(headers)))
            delivery.acknowledge(0, len(records) - 1)
        return delivery

    def flush(self, timeout_s: float) -> int:
        return 0

    def end_offsets(self, topic: str) -> dict[int, tuple[int, int]]:
        if self.acknowledges <= 0:
            raise BrokerUnavailable("the broker is away")
        return {0: (0, len(self.topics[topic]))}

    def read(self, topic: str, partition: int, start: int, stop: int) -> Iterator[Record]:
        yield from self.topics[topic][start:stop]

    def close(self) -> None:
        pass

    @property
    def events(self) -> list[Record]:
        return self.topics["events"]

    @property
    def dead_letters(self) -> list[Record]:
        return self.topics["events.dlq"]
