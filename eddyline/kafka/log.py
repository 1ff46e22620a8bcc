"""The port to a log of records: what every Kafka client offers the rest of Eddyline."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from eddyline.errors import BrokerUnavailable, EddylineError

Headers = Sequence[tuple[str, bytes]]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Record:
    """One record as the broker keeps it; `timestamp` is the broker's clock on topics with LogAppendTime."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]] = field(default_factory=list)
    timestamp: datetime = _EPOCH


class Delivery:
    """One record on its way to the broker's acknowledgement.

    A bare lock, because a Future costs five times as much and every request of the API waits for one.
    """

    __slots__ = ("_gate", "_position", "error")

    def __init__(self) -> None:
        self._gate = threading.Lock()
        self._gate.acquire()
        self._position = (-1, -1)
        self.error: EddylineError | None = None

    def acknowledge(self, partition: int, offset: int) -> None:
        """Settle: the broker has stored the record here. Called once, by the client."""
        self._position = (partition, offset)
        self._gate.release()

    def fail(self, error: EddylineError) -> None:
        """Settle: the record was not acknowledged. Called once, by the client."""
        self.error = error
        self._gate.release()

    @property
    def settled(self) -> bool:
        """Whether `result` would answer at once."""
        return not self._gate.locked()

    def result(self, timeout_s: float = 10.0) -> tuple[int, int]:
        """Wait for the acknowledgement and return partition and offset.

        Raises BrokerUnavailable when it did not come, RecordTooLarge when the broker will never take the record.
        """
        if not self._gate.acquire(timeout=timeout_s):
            raise BrokerUnavailable(f"Kafka did not acknowledge within {timeout_s} s: send the record again, with the same event id")
        self._gate.release()
        if self.error is not None:
            raise self.error
        return self._position


class EventLog(Protocol):
    """A log of records by topic and partition; safe to share between threads."""

    def append(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> Delivery:
        """Hand over a record and return at once; its Delivery tells when it is durable.

        Raises BrokerUnavailable when too many records wait already, RecordTooLarge when no broker would take it.
        """
        ...

    def flush(self, timeout_s: float) -> int:
        """Wait until every record handed over is settled, and return how many are not."""
        ...

    def end_offsets(self, topic: str) -> dict[int, tuple[int, int]]:
        """Map each partition to its log start and its end, the offset after the last committed record."""
        ...

    def read(self, topic: str, partition: int, start: int, stop: int) -> Iterator[Record]:
        """Yield in order what the log holds of the offsets in [start, stop), committed only; then end.

        Offsets may be missing: transaction markers, aborted records, compaction, retention.
        """
        ...

    def close(self) -> None:
        """Settle what was handed over, within the acknowledgement timeout, and let go of the broker."""
        ...


def at_milliseconds(milliseconds: int) -> datetime:
    """Turn Kafka's milliseconds since the epoch into an instant, exactly."""
    return _EPOCH + timedelta(milliseconds=milliseconds)
