"""Where generators send: the API by HTTP, one event or many a request, or Kafka itself."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

import msgspec
import urllib3
from urllib3.exceptions import HTTPError

from eddyline.contracts.topics import EVENTS
from eddyline.errors import BrokerUnavailable, EddylineError, SettingsError
from eddyline.game.traffic import Parcel
from eddyline.kafka.log import Delivery, EventLog

JSON, NDJSON = "application/json", "application/x-ndjson"
ANSWER_TIMEOUT = urllib3.Timeout(connect=2.0, read=10.0)
ACKNOWLEDGE_TIMEOUT_S = 5.0
TRY_LATER = (408, 425, 429)
NO_KEY = (401, 403)


class Outcome(StrEnum):
    """What one body was answered."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    KEPT_OUT = "kept out"
    """Not looked at, for want of a key that the API accepts; it may be sent again."""


class Door(Protocol):
    """A way into the pipeline; it never raises for what an outage can cause."""

    def attempt(self, parcels: Sequence[Parcel]) -> list[Outcome]:
        """Send the parcels once, and return what each was answered."""
        ...

    def close(self) -> None:
        """Let go of the connections."""
        ...


class _Refusal(msgspec.Struct):
    index: int


class _Item(msgspec.Struct):
    index: int
    status: str


class _Answer(msgspec.Struct):
    rejected: list[_Refusal] = []
    items: list[_Item] = []


_read_answer = msgspec.json.Decoder(_Answer).decode


class HttpDoor:
    """The API's `POST /events` over kept-alive connections; all parcels of one attempt come from one host."""

    def __init__(self, url: str, connections: int, *, in_batches: bool, key: str = "") -> None:
        """Describe the API's address, and the key it asks for; nothing connects before the first attempt.

        Raises SettingsError when the address is none.
        """
        self._pool = _pool(url, connections)
        self._in_batches = in_batches
        self._fixed = {"Content-Type": NDJSON if in_batches else JSON} | ({"Authorization": f"Bearer {key}"} if key else {})

    def attempt(self, parcels: Sequence[Parcel]) -> list[Outcome]:
        """Send one request."""
        body = b"\n".join(parcel.body for parcel in parcels)
        headers = {"Host": parcels[0].host, **self._fixed}
        try:
            answer = self._pool.urlopen("POST", "/events", body=body, headers=headers, retries=False, timeout=ANSWER_TIMEOUT)
        except HTTPError:
            return [Outcome.UNANSWERED] * len(parcels)
        return _outcomes(answer.status, answer.data, len(parcels), in_batches=self._in_batches)

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


def _pool(url: str, connections: int) -> urllib3.HTTPConnectionPool:
    address = urlsplit(url)
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise SettingsError(f"`{url}` is no address of an API: write it like http://127.0.0.1:5000")
    kind = urllib3.HTTPSConnectionPool if address.scheme == "https" else urllib3.HTTPConnectionPool
    return kind(address.hostname, address.port, maxsize=connections)


def _outcomes(status: int, document: bytes, count: int, *, in_batches: bool) -> list[Outcome]:
    if status in TRY_LATER or status >= 500:
        return _stored(document, count) if in_batches else [Outcome.UNANSWERED] * count
    if in_batches and status in {202, 422}:
        return _decided(document, count)
    if status in NO_KEY:
        return [Outcome.KEPT_OUT] * count
    return [Outcome.ACKNOWLEDGED if status < 300 else Outcome.REFUSED] * count


def _decided(document: bytes, count: int) -> list[Outcome]:
    refused = {refusal.index for refusal in _read(document).rejected}
    return [Outcome.REFUSED if index in refused else Outcome.ACKNOWLEDGED for index in range(count)]


def _stored(document: bytes, count: int) -> list[Outcome]:
    """Tell what of a batch was stored before Kafka failed; a refused item that was stored is refused for good."""
    answer = _read(document)
    refused = {refusal.index for refusal in answer.rejected}
    outcomes = [Outcome.UNANSWERED] * count
    for item in answer.items:
        if item.status == Outcome.ACKNOWLEDGED:
            outcomes[item.index] = Outcome.REFUSED if item.index in refused else Outcome.ACKNOWLEDGED
    return outcomes


def _read(document: bytes) -> _Answer:
    try:
        return _read_answer(document)
    except msgspec.MsgspecError:
        return _Answer()  # a proxy answered in between: nothing is known of the items


class KafkaDoor:
    """The topic itself, as another client of the broker would write to it."""

    def __init__(self, log: EventLog) -> None:
        """Write to this log."""
        self._log = log

    def attempt(self, parcels: Sequence[Parcel]) -> list[Outcome]:
        """Append all parcels, then wait for each acknowledgement."""
        deliveries = [self._append(parcel) for parcel in parcels]
        return [_settle(delivery) for delivery in deliveries]

    def close(self) -> None:
        """Close the log."""
        self._log.close()

    def _append(self, parcel: Parcel) -> Delivery | Outcome:
        try:
            return self._log.append(EVENTS.name, parcel.user_id.encode(), parcel.body or None)
        except BrokerUnavailable:
            return Outcome.UNANSWERED
        except EddylineError:
            return Outcome.REFUSED


def _settle(delivery: Delivery | Outcome) -> Outcome:
    if isinstance(delivery, Outcome):
        return delivery
    try:
        delivery.result(ACKNOWLEDGE_TIMEOUT_S)
    except BrokerUnavailable:
        return Outcome.UNANSWERED
    except EddylineError:
        return Outcome.REFUSED
    return Outcome.ACKNOWLEDGED
