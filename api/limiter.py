"""How much a key has used, by the `limits` library: in this worker's memory, or in Redis for all workers."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from api.caller import Caller
from eddyline.errors import SettingsError
from eddyline.keys.quota import Quota

EVENTS, DEAD_LETTERS, DEAD_LETTER_KIB = "events", "dead_letters", "dead_letter_kib"
REDIS_PATIENCE_S = 0.2
REDIS_PAUSE_S = 5.0
_logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Spent:
    """A quota that has no room for what was asked, and when it will have some; `never` if it is too small for it at any time."""

    what: str
    quota: Quota
    left: int
    wait_s: int
    never: bool

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Say it as the headers of a 429 (RFC 9110, draft-ietf-httpapi-ratelimit-headers)."""
        policy = f'"{self.what}";q={self.quota.amount};w={self.quota.seconds}'
        return [("Retry-After", str(self.wait_s)), ("RateLimit-Policy", policy), ("RateLimit", f'"{self.what}";r={self.left};t={self.wait_s}')]

    @property
    def detail(self) -> str:
        """Say it in a sentence."""
        what, period = self.what.replace("_", " "), f"{self.quota.amount:,} in {self.quota.seconds:,} s"
        if self.never:
            return f"This key may send at most {period} ({what}): send fewer in one request."
        return f"This key may send at most {period} ({what}): send again after Retry-After seconds."


class Limiter:
    """Counts what keys use; `storage` is empty or the address of a Redis."""

    def __init__(self, storage: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared = SlidingWindowCounterRateLimiter(_open(storage)) if storage else None
        self._clock = clock
        self._shared_again_at = 0.0

    def take_events(self, caller: Caller, count: int) -> Spent | None:
        """Take `count` events from the caller's quotas; nothing is taken of a quota that has no room."""
        return self._take(EVENTS, caller.events, caller, count) if caller.events and count else None

    def take_dead_letters(self, caller: Caller, sizes: Sequence[int]) -> Spent | None:
        """Take room for dead letters of these sizes in bytes."""
        if not sizes or not caller.key_id:
            return None
        kib = sum(1 + size // 1024 for size in sizes)
        return self._take(DEAD_LETTERS, caller.dead_letters, caller, len(sizes)) or self._take(DEAD_LETTER_KIB, caller.dead_letter_kib, caller, kib)

    def _take(self, what: str, quotas: Sequence[Quota], caller: Caller, cost: int) -> Spent | None:
        for quota in quotas:
            if not self._hit(what, quota, caller, cost):
                return self._spent(what, quota, caller, cost)
        return None

    def _hit(self, what: str, quota: Quota, caller: Caller, cost: int) -> bool:
        if cost > quota.amount:
            return False
        limiter = self._limiter()
        try:
            return limiter.hit(_item(quota), what, caller.key_id, cost=cost)
        except StorageError:
            return self._without_shared().hit(_item(quota), what, caller.key_id, cost=cost)

    def _spent(self, what: str, quota: Quota, caller: Caller, cost: int) -> Spent:
        limiter = self._limiter()
        try:
            stats = limiter.get_window_stats(_item(quota), what, caller.key_id)
        except StorageError:
            stats = self._without_shared().get_window_stats(_item(quota), what, caller.key_id)
        wait_s = min(quota.seconds, max(1, math.ceil(stats.reset_time - time.time())))
        return Spent(what, quota, max(0, stats.remaining), wait_s, cost > quota.amount)

    def _limiter(self) -> SlidingWindowCounterRateLimiter:
        return self._shared if self._shared and self._clock() >= self._shared_again_at else self._own

    def _without_shared(self) -> SlidingWindowCounterRateLimiter:
        # A Redis that is away must neither stop events nor lift every limit: each worker counts for itself meanwhile.
        self._shared_again_at = self._clock() + REDIS_PAUSE_S
        _logger.error("the limits' storage does not answer: this worker counts for itself", again_in_s=REDIS_PAUSE_S)
        return self._own


def _item(quota: Quota) -> RateLimitItem:
    return RateLimitItemPerSecond(quota.amount, quota.seconds)


def _open(address: str) -> Storage:
    try:
        # Never the address in a message: it may hold a password.
        storage: Storage = storage_from_string(address, wrap_exceptions=True, socket_timeout=REDIS_PATIENCE_S, socket_connect_timeout=REDIS_PATIENCE_S)  # type: ignore[assignment]
    except (ConfigurationError, StorageError, ValueError) as error:
        raise SettingsError(f"EDDYLINE_API__LIMITS_STORAGE is no address of a Redis, such as redis://host:6379 ({type(error).__name__})") from None
    return storage
