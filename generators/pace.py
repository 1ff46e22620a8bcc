"""Keeps a rate: says how long to wait before the next body, however long the ones before took."""

from collections.abc import Callable
from dataclasses import dataclass, field

# After a stall the generator may catch up by this much and not by all it missed: a flood is not the rate asked for.
MOST_BEHIND_S = 1.0


@dataclass(slots=True)
class Pace:
    """A rate in bodies a second, 0 for as fast as possible; the clock and the sleep are passed in."""

    rate: float
    clock: Callable[[], float]
    sleep: Callable[[float], object]
    _due_at: float | None = field(default=None, init=False)

    def wait(self) -> None:
        """Return when the next body is due."""
        if not self.rate:
            return
        now = self.clock()
        due_at = max(self._due_at if self._due_at is not None else now, now - MOST_BEHIND_S)
        if due_at > now:
            self.sleep(due_at - now)
        self._due_at = due_at + 1 / self.rate
