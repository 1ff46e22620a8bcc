"""The drive: threads that send messages at a rate by every way in, and write the ledger."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from random import Random
from types import TracebackType
from typing import Self

from eddyline.prove.doors import ApiDoor, KafkaDoor
from eddyline.prove.ledger import Answer, Answered, Ledger, Sent, Via
from eddyline.prove.messages import Composer, Message
from eddyline.settings import KafkaSettings

# Enough to keep a rate while some wait for a component that hangs.
SENDERS = 6
# One in so many sendings goes by this way; the rest are single requests.
BATCH_SHARE, KAFKA_SHARE = 0.15, 0.15
MOST_AT_ONCE = 12
# After a 503 a client may send again, or give up.
AGAIN_SHARE = 0.6
PAUSE_AFTER_FAILURE_S = 0.15

OnAnswer = Callable[[float], None]


@dataclass
class Traffic:
    """What all senders share: the composer, the numbers of attempts, and the ledger."""

    composer: Composer
    ledger: Ledger
    on_acknowledged: OnAnswer
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def compose(self, messages: int) -> list[Message]:
        """Make some messages."""
        with self._lock:
            return [self.composer.next(datetime.now(UTC)) for _ in range(messages)]

    def sent(self, messages: Sequence[Message], via: Via) -> list[Sent]:
        """Write attempts into the ledger before they leave."""
        now = time.time()
        with self._lock:
            entries = [Sent(next(self._numbers), now, via, message.event_id, message.content, message.sha256) for message in messages]
        self.ledger.keep(*entries)
        return entries

    def answered(self, attempts: Sequence[Sent], answers: Sequence[Answer], sent_at: float) -> None:
        """Write what came back, and tell of an acknowledgement by the API."""
        self.ledger.note(*(Answered(attempt.number, time.time(), answer) for attempt, answer in zip(attempts, answers, strict=True)))
        if attempts[0].via is not Via.KAFKA and Answer.ACKNOWLEDGED in answers:
            self.on_acknowledged(sent_at)


class Drive:
    """Sends until its `with` block ends; every attempt is answered or given up by then."""

    def __init__(self, traffic: Traffic, api_port: int, kafka: KafkaSettings, rate: float, seed: int) -> None:
        """Describe the drive; nothing is sent before the block begins."""
        self._stopped = threading.Event()
        self._kafka = KafkaDoor(kafka)
        self._senders = [
            _Sender(
                traffic,
                api=ApiDoor(api_port),
                kafka=self._kafka,
                rate=rate / SENDERS,
                rng=Random(f"{seed}/{each}"),  # noqa: S311 - the same seed must give the same traffic
                stopped=self._stopped,
            )
            for each in range(SENDERS)
        ]

    def __enter__(self) -> Self:
        for sender in self._senders:
            sender.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Send no more and wait for the last answers."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        for sender in self._senders:
            sender.join()
        self._kafka.close()


class _Sender(threading.Thread):
    def __init__(self, traffic: Traffic, *, api: ApiDoor, kafka: KafkaDoor, rate: float, rng: Random, stopped: threading.Event) -> None:
        super().__init__(name="sender", daemon=True)
        self._traffic, self._api, self._kafka, self._rate, self._rng, self._stopped = traffic, api, kafka, rate, rng, stopped
        self._again: list[Message] = []

    def run(self) -> None:
        due = time.monotonic()
        while not self._stopped.wait(max(0.0, due - time.monotonic())):
            # What a fault held up is not made up for: the rate is a rate, not a debt.
            due = max(due, time.monotonic()) + self._send() / self._rate
        self._api.close()

    def _send(self) -> int:
        if self._again:
            return self._post([self._again.pop()])
        way = self._rng.random()
        many = 1 + self._rng.randrange(MOST_AT_ONCE)
        if way < BATCH_SHARE:
            return self._batch(Via.BATCH, self._traffic.compose(many))
        if way < BATCH_SHARE + KAFKA_SHARE:
            return self._batch(Via.KAFKA, self._traffic.compose(many))
        return self._post(self._traffic.compose(1))

    def _batch(self, via: Via, messages: list[Message]) -> int:
        """Send together what carries its id itself; the rest, one by one, with its id in the header."""
        named = [message for message in messages if message.id_in_header]
        together = [message for message in messages if not message.id_in_header]
        if together:
            self._attempt(via, together)
        for message in named:
            self._post([message])
        return len(messages)

    def _post(self, messages: list[Message]) -> int:
        self._attempt(Via.HTTP, messages)
        return 1

    def _attempt(self, via: Via, messages: list[Message]) -> None:
        attempts, sent_at = self._traffic.sent(messages, via), time.time()
        answers = self._way(via, messages)
        self._traffic.answered(attempts, answers, sent_at)
        unsure = [message for message, answer in zip(messages, answers, strict=True) if answer is Answer.OPEN and message.is_event]
        if unsure:
            self._again += [message for message in unsure if self._rng.random() < AGAIN_SHARE]
            self._stopped.wait(PAUSE_AFTER_FAILURE_S)

    def _way(self, via: Via, messages: list[Message]) -> list[Answer]:
        match via:
            case Via.HTTP:
                return self._api.post(messages[0])
            case Via.BATCH:
                return self._api.post_all(messages)
            case Via.KAFKA:
                return self._kafka.append_all(messages)
