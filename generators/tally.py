"""Counts what was made and answered, from many threads, until it is the run's truth."""

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from eddyline.game.traffic import Kind, Parcel
from eddyline.game.truth import Truth
from generators.doors import Outcome


@dataclass(slots=True)
class Tally:
    """Running counts; every method may be called from any thread."""

    made: Counter[Kind] = field(default_factory=Counter)
    answered: Counter[Outcome] = field(default_factory=Counter)
    by_type: Counter[str] = field(default_factory=Counter)
    by_reason: Counter[str] = field(default_factory=Counter)
    retried: int = 0
    _unanswered_ids: set[str] = field(default_factory=set)
    _rescued_ids: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def settled(self) -> int:
        """How many bodies have their final answer."""
        return self.answered.total()

    def make(self, parcel: Parcel) -> None:
        """Count a body that will be sent."""
        self.made[parcel.kind] += 1
        if parcel.kind is Kind.VALID:
            self.by_type[parcel.event_type] += 1
        elif parcel.reason is not None:
            self.by_reason[str(parcel.reason)] += 1

    def settle(self, outcomes: Iterable[tuple[Parcel, Outcome]]) -> None:
        """Count final answers."""
        with self._lock:
            for parcel, outcome in outcomes:
                self.answered[outcome] += 1
                if outcome is Outcome.UNANSWERED and parcel.kind is Kind.VALID:
                    self._unanswered_ids.add(parcel.event_id)
                elif outcome is Outcome.ACKNOWLEDGED and parcel.kind is Kind.RESENT:
                    self._rescued_ids.add(parcel.event_id)

    def retry(self, count: int) -> None:
        """Count bodies that are sent once more."""
        with self._lock:
            self.retried += count

    def truth(self, *, seed: int, via: str, start: str, seconds: float) -> Truth:
        """Sum up."""
        return Truth(
            seed=seed,
            via=via,
            start=start,
            sent=self.made.total(),
            acknowledged=self.answered[Outcome.ACKNOWLEDGED],
            refused=self.answered[Outcome.REFUSED],
            unanswered=self.made.total() - self.answered[Outcome.ACKNOWLEDGED] - self.answered[Outcome.REFUSED],
            unanswered_valid=len(self._unanswered_ids - self._rescued_ids),
            valid=self.made[Kind.VALID],
            bad=self.made[Kind.BAD],
            resent=self.made[Kind.RESENT],
            retried=self.retried,
            by_type=dict(self.by_type.most_common()),
            bad_by_reason=dict(self.by_reason.most_common()),
            seconds=round(seconds, 3),
        )
