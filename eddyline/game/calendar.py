"""When players come: whole lives between a first and a last day, and sessions at the hours people play."""

from bisect import bisect
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from random import Random

DAY_S = 86_400
HOURS = tuple(accumulate((3, 2, 1, 1, 1, 2, 4, 6, 7, 7, 8, 9, 12, 11, 9, 9, 11, 14, 18, 22, 24, 21, 13, 7)))


@dataclass(frozen=True, slots=True)
class Life:
    """The seconds since the window's start between which a player comes."""

    first_s: float
    last_s: float

    @property
    def days(self) -> float:
        """How long it is."""
        return (self.last_s - self.first_s) / DAY_S


def draw_life(rng: Random, window_s: float) -> Life:
    """Draw a life: more players begin late than early, and most stop before the window ends."""
    first_s = 0.92 * window_s * rng.random() ** 0.8
    stays_s = max(0.08 * window_s, rng.expovariate(1 / (0.7 * window_s)))
    return Life(first_s, min(window_s, first_s + stays_s))


def session_starts(rng: Random, life: Life, count: int, start: datetime) -> list[float]:
    """Draw the starts of `count` sessions, in order, the first at the life's first second."""
    midnight_s = (start.hour * 60 + start.minute) * 60 + start.second
    drawn = [_at_playing_hour(rng, life, midnight_s) for _ in range(count - 1)]
    return [life.first_s, *sorted(drawn)]


def _at_playing_hour(rng: Random, life: Life, midnight_s: int) -> float:
    uniform_s = life.first_s + (life.last_s - life.first_s) * rng.random()
    hour = bisect(HOURS, rng.random() * HOURS[-1])
    day_s = (uniform_s + midnight_s) // DAY_S * DAY_S
    at_s = day_s + (hour + rng.random()) * 3600 - midnight_s
    return at_s if life.first_s < at_s < life.last_s else uniform_s
