"""What a world of clients sends: events, bodies that are none, and events sent again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from heapq import heappop, heappush
from random import Random
from typing import Any

from eddyline.contracts.reasons import Reason
from eddyline.game.shop import price_of
from eddyline.game.spoiling import EMPTY_WAY, RARE_WAYS, WAYS, encode

RARE_SHARE = 0.02
LATEST_RESEND = 2_000

Event = dict[str, Any]


class Kind(StrEnum):
    """What a body is."""

    VALID = "valid"
    BAD = "bad"
    RESENT = "resent"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One body to send, and what is known of it; `reason` is what quarantine must name for a bad one."""

    kind: Kind
    body: bytes
    user_id: str
    host: str
    event_id: str
    event_type: str
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Mix:
    """How much trouble is among the events.

    After each event a bad body follows with the chance `bad_share`, and with `resend_share` the event is sent again up to 2,000 bodies later.
    `headers_inside` leaves the request's headers in the body, for a way without a door; `line_by_line` leaves out empty bodies, which lines cannot carry.
    """

    bad_share: float = 0.0
    resend_share: float = 0.0
    headers_inside: bool = False
    line_by_line: bool = False


def traffic(events: Iterable[Event], mix: Mix, rng: Random) -> Iterator[Parcel]:
    """Turn events into parcels, mixed with bad ones and resends; a resend never comes before its event."""
    waiting: list[tuple[int, int, Parcel]] = []
    for number, event in enumerate(events):
        parcel = _valid(event, mix)
        yield parcel
        if rng.random() < mix.resend_share:
            heappush(waiting, (number + rng.choice((0, 1, rng.randrange(LATEST_RESEND))), number, parcel))
        if rng.random() < mix.bad_share:
            yield _bad(event, mix, rng)
        while waiting and waiting[0][0] <= number:
            yield _again(heappop(waiting)[2])
    while waiting:
        yield _again(heappop(waiting)[2])


def _valid(event: Event, mix: Mix) -> Parcel:
    return Parcel(Kind.VALID, _body(event, mix), event["user_id"], event["headers"]["Host"], event["event_id"], event["event_type"])


def _again(parcel: Parcel) -> Parcel:
    return Parcel(Kind.RESENT, parcel.body, parcel.user_id, parcel.host, parcel.event_id, parcel.event_type)


def _bad(event: Event, mix: Mix, rng: Random) -> Parcel:
    ways = RARE_WAYS if rng.random() < RARE_SHARE else WAYS if mix.line_by_line else (*WAYS, EMPTY_WAY)
    _, reason, spoil = rng.choice(ways)
    purchase = {**_purchase(event), "headers": event["headers"]} if mix.headers_inside else _purchase(event)
    return Parcel(Kind.BAD, spoil(purchase), event["user_id"], event["headers"]["Host"], purchase["event_id"], "none", reason)


def _purchase(event: Event) -> Event:
    sword = {"item_type": "sword", "price": price_of("sword"), "quantity": 1}
    return {"event_id": f"{event['event_id']}-bad", "event_type": "purchase_item", "user_id": event["user_id"], "occurred_at": event["occurred_at"], **sword}


def _body(event: Event, mix: Mix) -> bytes:
    return encode(event if mix.headers_inside else {name: value for name, value in event.items() if name != "headers"})
