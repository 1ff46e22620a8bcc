"""The account of a topic's offsets: each in exactly one place. Pure: offsets in, fates out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Offsets = npt.NDArray[np.int64]
NO_OFFSETS: Offsets = np.empty(0, dtype=np.int64)


class Fate(IntEnum):
    """What became of an offset; where two could be said, the higher one is."""

    LOST = 0
    NO_RECORD = 1
    RESEND = 2
    ERASED = 3
    QUARANTINED = 4
    LANDED = 5


@dataclass(frozen=True, slots=True)
class Span:
    """The offsets of one partition that are accounted for: [start, end); `log_end` is where the log ends by now."""

    topic: str
    partition: int
    start: int
    end: int
    log_end: int


@dataclass(frozen=True, slots=True)
class Held:
    """The offsets of one partition that tables hold, in any order, as often as they stand there."""

    landed: Offsets = field(default_factory=NO_OFFSETS.copy)
    quarantined: Offsets = field(default_factory=NO_OFFSETS.copy)
    erased: Offsets = field(default_factory=NO_OFFSETS.copy)
    given_up: Offsets = field(default_factory=NO_OFFSETS.copy)
    """Offsets that left the topic before they landed, and that somebody went on without."""


@dataclass(frozen=True, slots=True)
class Found:
    """What Kafka shows at offsets that no table holds: resends of events a table has, and offsets without a record."""

    resends: Offsets = field(default_factory=NO_OFFSETS.copy)
    no_record: Offsets = field(default_factory=NO_OFFSETS.copy)

    def joined(self, other: "Found") -> "Found":
        """Return both findings as one."""
        return Found(np.union1d(self.resends, other.resends), np.union1d(self.no_record, other.no_record))


@dataclass(frozen=True, slots=True)
class Account:
    """One partition's account: how many offsets met which fate, and the offsets that are wrong."""

    span: Span
    counts: Counter[Fate]
    lost: Offsets
    landed_twice: Offsets
    quarantined_twice: Offsets
    in_both: Offsets
    erased_earlier: int
    """How many offsets before the log's start were erased on purpose: they are among `counts`, though Kafka has them no more."""
    given_up: int
    """How many of the expired offsets are known to have landed nowhere."""
    beyond: Offsets
    """Offsets that tables hold and the log never had: the log was made anew, or the tables are another log's."""

    @property
    def expired(self) -> int:
        """Count the offsets before the log's start that were not erased: no longer provable."""
        return self.span.start - self.erased_earlier

    @property
    def faults(self) -> dict[str, Offsets]:
        """Name what is wrong, with its offsets; empty when the account balances."""
        named = {
            "LOST": self.lost,
            "twice in the table": self.landed_twice,
            "twice in the quarantine": self.quarantined_twice,
            "both in the table and in the quarantine": self.in_both,
            "in a table but beyond the end of the topic": self.beyond,
        }
        return {name: offsets for name, offsets in named.items() if len(offsets)}


def account(span: Span, held: Held, found: Found | None = None) -> Account:
    """Sort every offset of the span, and those erased before it, into exactly one fate, and name what stands twice."""
    fates = _fates(span, held, found or Found())
    everywhere = np.concatenate([held.landed, held.quarantined, held.erased])
    erased_earlier = len(np.setdiff1d(held.erased[held.erased < span.start], np.concatenate([held.landed, held.quarantined])))
    counts = Counter({fate: int(count) for fate, count in zip(Fate, np.bincount(fates, minlength=len(Fate)), strict=True)})
    counts[Fate.ERASED] += erased_earlier
    return Account(
        span,
        counts,
        lost=_offsets_of(span, fates, Fate.LOST),
        landed_twice=_repeated(held.landed),
        quarantined_twice=_repeated(held.quarantined),
        in_both=np.intersect1d(held.landed, held.quarantined),
        erased_earlier=erased_earlier,
        given_up=len(np.setdiff1d(held.given_up[held.given_up < span.start], everywhere)),
        beyond=np.unique(everywhere[everywhere >= span.log_end]),
    )


def unaccounted(span: Span, held: Held, found: Found | None = None) -> Offsets:
    """List the span's offsets that nothing explains yet, ascending."""
    return _offsets_of(span, _fates(span, held, found or Found()), Fate.LOST)


def ranges(offsets: Offsets) -> list[tuple[int, int]]:
    """Say ascending offsets as ranges, first and last included."""
    return [(start, stop - 1) for start, stop in runs(offsets, gap=1)]


def runs(offsets: Offsets, gap: int) -> Iterator[tuple[int, int]]:
    """Cover ascending offsets with [start, stop) runs; offsets at most `gap` apart share a run."""
    if not len(offsets):
        return
    breaks = np.flatnonzero(np.diff(offsets) > gap)
    starts, ends = offsets[np.r_[0, breaks + 1]], offsets[np.r_[breaks, len(offsets) - 1]]
    yield from zip(starts.tolist(), (ends + 1).tolist(), strict=True)


def _fates(span: Span, held: Held, found: Found) -> npt.NDArray[np.int8]:
    fates = np.full(max(0, span.end - span.start), Fate.LOST, dtype=np.int8)
    rising = (
        (found.no_record, Fate.NO_RECORD),
        (found.resends, Fate.RESEND),
        (held.erased, Fate.ERASED),
        (held.quarantined, Fate.QUARANTINED),
        (held.landed, Fate.LANDED),
    )
    for offsets, fate in rising:
        fates[offsets[(offsets >= span.start) & (offsets < span.end)] - span.start] = fate
    return fates


def _offsets_of(span: Span, fates: npt.NDArray[np.int8], fate: Fate) -> Offsets:
    return np.flatnonzero(fates == fate).astype(np.int64) + span.start


def _repeated(offsets: Offsets) -> Offsets:
    values, counts = np.unique(offsets, return_counts=True)
    return values[counts > 1]
