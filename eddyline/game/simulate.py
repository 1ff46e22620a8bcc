"""Players of a game over some days: the same seed and start give the same events, to the byte."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import accumulate, pairwise
from operator import itemgetter
from random import Random
from typing import Any

from eddyline.game.calendar import Life, draw_life, session_starts
from eddyline.game.guilds import Guilds
from eddyline.game.player import Player, Step
from eddyline.game.providers import PROVIDERS, host_of

WINDOW = timedelta(days=14)
EVENTS_PER_SESSION = 24
SLOT_SHARE = 0.9

Event = dict[str, Any]
"""An event as the contract has it, flat, with its request's headers."""


@dataclass(frozen=True, slots=True)
class Cast:
    """One player's part: who they are, when they live and how many events they make."""

    number: int
    rng: Random
    player: Player
    life: Life
    host: str
    events: int


def players(seed: int, users: int, events: int, start: datetime, window: timedelta = WINDOW) -> Iterator[Event]:
    """Yield `events` events of up to `users` players between `start` and `start + window`, in order of time.

    Ids are of the run (seed, start, numbers), so that another run repeats none; what players do depends on the seed alone.
    """
    prefix = _id_prefix(seed, users, events, start, window)
    streams = [_stream(cast, start, window) for cast in _cast(seed, users, events, window)]
    for number, (_, event) in enumerate(merge(*streams, key=itemgetter(0))):
        event["event_id"] = f"{prefix}-{number:012x}"
        yield event


def _cast(seed: int, users: int, events: int, window: timedelta) -> Iterator[Cast]:
    guilds = Guilds()
    drawn = [_drawn(seed, number, guilds, window) for number in range(1, users + 1)]
    shares = _shares([life.days * weight for _, _, life, weight in drawn], events)
    for number, ((rng, player, life, _), share) in enumerate(zip(drawn, shares, strict=True), 1):
        if share:
            yield Cast(number, rng, player, life, host_of(number, player.provider.name), share)


def _drawn(seed: int, number: int, guilds: Guilds, window: timedelta) -> tuple[Random, Player, Life, float]:
    rng = Random(f"eddyline/{seed}/{number}")  # noqa: S311 - a game, not a secret
    provider = rng.choices(PROVIDERS, weights=[provider.share for provider in PROVIDERS])[0]
    player = Player(rng, guilds, provider, skill=rng.lognormvariate(0.0, 0.25))
    return rng, player, draw_life(rng, window.total_seconds()), rng.lognormvariate(0.0, 0.8)


def _shares(weights: list[float], total: int) -> list[int]:
    """Split `total` by weight into whole numbers that sum to it."""
    edges = [int(total * edge / sum(weights)) for edge in accumulate(weights, initial=0.0)]
    edges[-1] = total
    return [upper - lower for lower, upper in pairwise(edges)]


def _stream(cast: Cast, start: datetime, window: timedelta) -> Iterator[tuple[int, Event]]:
    """Yield a player's events with their microsecond since the start."""
    sizes = _session_sizes(cast.rng, cast.events, EVENTS_PER_SESSION * cast.player.provider.stamina)
    starts = session_starts(cast.rng, cast.life, len(sizes), start)
    slots = pairwise([*starts, window.total_seconds()])
    headers = {"Host": cast.host, "User-Agent": "riverland/2.4"}
    user_id = f"user{cast.number}"
    for size, (start_s, end_s) in zip(sizes, slots, strict=True):
        for at_us, fields in _timed(_session(cast.player, cast.rng, size), start_s, end_s):
            occurred_at = (start + timedelta(microseconds=at_us)).isoformat()
            yield at_us, {"event_id": "", "user_id": user_id, "occurred_at": occurred_at, **fields, "headers": headers}


def _session_sizes(rng: Random, events: int, usual: float) -> list[int]:
    """Split a player's events into sessions of three events or more, where there are three."""
    sizes: list[int] = []
    left = events
    while left:
        size = min(left, max(3, round(rng.gammavariate(2.0, usual / 2))))
        if left - size < 3:
            size = left
        sizes.append(size)
        left -= size
    return sizes


def _session(player: Player, rng: Random, size: int) -> list[Step]:
    """Play one session of exactly `size` events; a single one is a log-in whose end nobody saw."""
    steps: list[Step] = [(0.0, {"event_type": "log_in"})]
    while len(steps) < size - 1:
        steps += player.act(size - 1 - len(steps))
    if size > 1:
        steps.append((2 + 10 * rng.random(), {"event_type": "log_out"}))
    return steps


def _timed(steps: list[Step], start_s: float, end_s: float) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give steps their instants; a session that would run into the next one is played faster."""
    long_s = sum(wait for wait, _ in steps)
    pace = min(1.0, SLOT_SHARE * (end_s - start_s) / long_s) if long_s else 1.0
    at_s, level_start_us = start_s, 0
    for wait, fields in steps:
        at_s += wait * pace
        at_us = int(at_s * 1_000_000)
        if fields["event_type"] == "start_level":
            level_start_us = at_us
        elif fields["event_type"] == "finish_level":
            fields["duration_s"] = (at_us - level_start_us) / 1_000_000
        yield at_us, fields


def _id_prefix(seed: int, users: int, events: int, start: datetime, window: timedelta) -> str:
    """Make the first 80 bits of this run's UUIDs (version 8: made by us)."""
    digest = hashlib.sha256(f"{seed}/{users}/{events}/{start.isoformat()}/{window}".encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-8{digest[12:15]}-8{digest[15:18]}"
