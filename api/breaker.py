"""The breaker: while Kafka is away, requests are refused at once instead of waiting for it one after the other."""

from dataclasses import dataclass, field
from threading import Lock

# Long enough for the requests that queued behind the failed ones to be refused, on a busy machine too: a probe among them would wait twice.
OPEN_S = 0.5
# A probe that reports nothing for longer has died with its thread; its place is given to another.
PROBE_S = 5.0


@dataclass(slots=True)
class Breaker:
    """Admits all while Kafka acknowledges, none for `open_s` seconds after a failure, then one probe at a time.

    Time is passed in, in seconds of any steady clock.
    """

    open_s: float = OPEN_S
    probe_s: float = PROBE_S
    _closed_until: float = field(default=0.0, init=False)
    _broken: bool = field(default=False, init=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    @property
    def is_open(self) -> bool:
        """Whether the last that was heard of Kafka is a failure."""
        return self._broken

    def admits(self, now: float) -> bool:
        """Say whether a request may go to Kafka; an admitted one must report `succeeded` or `failed`."""
        if not self._broken:
            return True
        with self._lock:
            return self._admits_probe(now)

    def succeeded(self) -> bool:
        """Note an acknowledgement: all are admitted again; say whether that is news."""
        if not self._broken:
            return False
        with self._lock:
            self._broken = False
        return True

    def failed(self, now: float) -> bool:
        """Note a failure: none is admitted until `open_s` has passed; say whether that is news."""
        with self._lock:
            news, self._broken = not self._broken, True
            self._closed_until = now + self.open_s
        return news

    def _admits_probe(self, now: float) -> bool:
        if self._broken and now < self._closed_until:
            return False
        self._closed_until = now + self.probe_s
        return True
