"""Postmen: threads that carry parcels to a door, each player's in order, and try again until their patience ends."""

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from zlib import crc32

from tenacity import Retrying, retry_if_result, stop_after_delay, stop_when_event_set, wait_exponential_jitter

from eddyline.game.traffic import Parcel
from generators.doors import Door, Outcome
from generators.tally import Tally

WAITING_PARCELS = 500
LINGER_S = 1.0
_WAITING = (Outcome.UNANSWERED, Outcome.KEPT_OUT)


@dataclass(frozen=True, slots=True)
class Route:
    """How parcels travel: how many postmen, how many parcels at once, and which parcels may travel together."""

    postmen: int
    parcels_at_once: int
    together: Callable[[Parcel], str]


class Postmen:
    """A team of postmen; parcels of one player are always carried by the same one, so that they arrive in order."""

    def __init__(self, door: Door, route: Route, tally: Tally, patience_s: float) -> None:
        """Hire the team; it starts with the `with` block and has delivered everything when that ends."""
        self.gave_up, self.kept_out = threading.Event(), threading.Event()
        self._postmen = [_Postman(door, route, tally, patience_s, self.gave_up, self.kept_out) for _ in range(route.postmen)]

    def carry(self, parcel: Parcel) -> None:
        """Hand over a parcel; waits while its postman has too many."""
        self._postmen[crc32(parcel.user_id.encode()) % len(self._postmen)].bag.put(parcel)

    def __enter__(self) -> Self:
        for postman in self._postmen:
            postman.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for postman in self._postmen:
            postman.bag.put(None)
        for postman in self._postmen:
            postman.join()


class _Postman(threading.Thread):
    def __init__(  # noqa: PLR0917 - a postman's whole equipment, given in one place
        self, door: Door, route: Route, tally: Tally, patience_s: float, gave_up: threading.Event, kept_out: threading.Event
    ) -> None:
        super().__init__(daemon=True)
        self.bag: queue.Queue[Parcel | None] = queue.Queue(WAITING_PARCELS)
        self._door = door
        self._route = route
        self._tally = tally
        self._gave_up, self._kept_out = gave_up, kept_out
        self._retrying = Retrying(
            retry=retry_if_result(bool),
            wait=wait_exponential_jitter(multiplier=0.1, max=2.0, jitter=0.2),
            stop=stop_after_delay(patience_s) | stop_when_event_set(gave_up),
            retry_error_callback=lambda _: True,
        )
        self._piles: dict[str, list[Parcel]] = {}
        self._piles_due_at = 0.0

    def run(self) -> None:
        while (parcel := self._next()) is not None:
            self._piles.setdefault(self._route.together(parcel), []).append(parcel)
            self._deliver_full_pile(self._route.together(parcel))
        self._deliver_piles()

    def _next(self) -> Parcel | None:
        while True:
            if time.monotonic() > self._piles_due_at:
                self._deliver_piles()
            with suppress(queue.Empty):
                return self.bag.get(timeout=LINGER_S)

    def _deliver_full_pile(self, name: str) -> None:
        if len(self._piles[name]) >= self._route.parcels_at_once:
            self._deliver(self._piles.pop(name))

    def _deliver_piles(self) -> None:
        while self._piles:
            self._deliver(self._piles.popitem()[1])
        self._piles_due_at = time.monotonic() + LINGER_S

    def _deliver(self, waiting: list[Parcel]) -> None:
        still_waits = self._gave_up.is_set() or (self._attempt(waiting) and (self._gave_up.is_set() or self._retrying(self._again, waiting)))
        if still_waits:
            self._gave_up.set()
            self._tally.settle((parcel, Outcome.UNANSWERED) for parcel in waiting)

    def _again(self, waiting: list[Parcel]) -> bool:
        self._tally.retry(len(waiting))
        return self._attempt(waiting)

    def _attempt(self, waiting: list[Parcel]) -> bool:
        """Send what waits, take out what was answered, and tell whether something still waits."""
        answers = list(zip(waiting, self._door.attempt(waiting), strict=True))
        if any(outcome is Outcome.KEPT_OUT for _, outcome in answers):
            self._kept_out.set()
            self._gave_up.set()
        self._tally.settle((parcel, outcome) for parcel, outcome in answers if outcome not in _WAITING)
        waiting[:] = [parcel for parcel, outcome in answers if outcome in _WAITING]
        return bool(waiting)
