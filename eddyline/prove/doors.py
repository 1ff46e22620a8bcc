"""The ways in that a proof uses: the API, one message or many a request, and Kafka itself. None raises for what a fault can cause."""

import http.client
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from eddyline.contracts.topics import EVENTS
from eddyline.errors import BrokerUnavailable, EddylineError
from eddyline.kafka.clients import connect
from eddyline.kafka.config import Bounds
from eddyline.kafka.log import Delivery, EventLog
from eddyline.prove.ledger import Answer
from eddyline.prove.messages import Message
from eddyline.settings import KafkaSettings
from eddyline.stack import ports

ANSWER_WITHIN_S = 10.0
NDJSON = "application/x-ndjson"
TRY_LATER = {408, 425, 429}


class _Refusal(msgspec.Struct):
    index: int


class _Item(msgspec.Struct):
    index: int
    status: str


class _Report(msgspec.Struct):
    rejected: list[_Refusal] = []
    items: list[_Item] = []


@dataclass
class ApiDoor:
    """One kept-alive connection to the API, made anew when it broke."""

    port: int
    _connection: http.client.HTTPConnection | None = None

    def post(self, message: Message) -> list[Answer]:
        """Send one message; its id goes in the header, too."""
        status, _ = self._post(message.body, {"Content-Type": "application/json", "X-Event-Id": message.event_id})
        return [_answer(status)]

    def post_all(self, messages: Sequence[Message]) -> list[Answer]:
        """Send messages in one request, a line each."""
        status, text = self._post(b"\n".join(message.body for message in messages), {"Content-Type": NDJSON})
        return _answers(status, text, len(messages))

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        self._connection = self._connection or http.client.HTTPConnection(ports.LOOPBACK, self.port, timeout=ANSWER_WITHIN_S)
        try:
            self._connection.request("POST", "/events", body, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return 0, b""


def _answer(status: int) -> Answer:
    if not status or status >= 500 or status in TRY_LATER:
        return Answer.OPEN
    return Answer.ACKNOWLEDGED if status < 300 else Answer.REFUSED


def _answers(status: int, text: bytes, count: int) -> list[Answer]:
    report = _read(text)
    refused = {refusal.index for refusal in report.rejected}
    if status in {202, 422}:
        return [Answer.REFUSED if index in refused else Answer.ACKNOWLEDGED for index in range(count)]
    answers = [_answer(status)] * count
    for item in report.items:
        if item.status == "acknowledged":
            answers[item.index] = Answer.REFUSED if item.index in refused else Answer.ACKNOWLEDGED
    return answers


def _read(text: bytes) -> _Report:
    try:
        return msgspec.json.decode(text, type=_Report)
    except msgspec.DecodeError:
        return _Report()


class KafkaDoor:
    """The topic itself, as a client of somebody else's would write to it."""

    def __init__(self, kafka: KafkaSettings) -> None:
        """Connect to the broker, by no proxy."""
        self._log: EventLog = connect(kafka, Bounds(ack_timeout_ms=5000))

    def append_all(self, messages: Sequence[Message]) -> list[Answer]:
        """Append messages, then wait for each acknowledgement."""
        deliveries = [self._append(message) for message in messages]
        return [_settled(delivery) for delivery in deliveries]

    def close(self) -> None:
        """Let go of the broker."""
        self._log.close()

    def _append(self, message: Message) -> Delivery | None:
        try:
            return self._log.append(EVENTS.name, message.user_id.encode(), message.body)
        except EddylineError:
            return None


def _settled(delivery: Delivery | None) -> Answer:
    try:
        if delivery is not None:
            delivery.result(ANSWER_WITHIN_S)
    except BrokerUnavailable:
        return Answer.OPEN
    except EddylineError:
        return Answer.REFUSED
    return Answer.ACKNOWLEDGED if delivery is not None else Answer.OPEN
