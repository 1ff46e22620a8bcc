"""Resends: which events of a batch are already held, decided exactly and the same way at every replay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.int64]
EventKey = tuple[str, str]
"""An event's identity: (tenant, event_id)."""


class Verdict(StrEnum):
    """What becomes of an event whose id was seen before."""

    LAND = "land"
    RESEND = "resend"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True, order=True)
class Suspect:
    """An event that may be a resend; ordered by where it stands on the topic."""

    kafka_partition: int
    kafka_offset: int
    key: EventKey
    content: str


def judge(suspects: Iterable[Suspect], held: Mapping[EventKey, frozenset[str]]) -> dict[tuple[int, int], Verdict]:
    """Decide each suspect by (partition, offset): the first of an id lands, equals of it are resends, others conflict.

    `held` maps the ids that the table has already to their contents: several where an id landed again beyond the horizon.
    """
    first = dict(held)
    verdicts: dict[tuple[int, int], Verdict] = {}
    for suspect in sorted(suspects):
        contents = first.get(suspect.key)
        if contents is None:
            first[suspect.key] = frozenset({suspect.content})
            verdict = Verdict.LAND
        else:
            verdict = Verdict.RESEND if suspect.content in contents else Verdict.CONFLICT
        verdicts[suspect.kafka_partition, suspect.kafka_offset] = verdict
    return verdicts


@dataclass(slots=True)
class IdIndex:
    """Which event ids landed when: 64-bit hashes and the number of the batch, 12 bytes an event.

    Sorted runs of growing size, merged as in a log-structured merge tree. It only names suspects: two ids may share a hash.
    """

    _runs: list[tuple[Hashes, npt.NDArray[np.int32]]] = field(default_factory=list)
    _landed_at_us: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(len(hashes) for hashes, _ in self._runs)

    def add(self, hashes: Hashes, landed_at_us: Hashes | np.int64) -> None:
        """Remember ids with the instant each landed at (microseconds since 1970; one for all, or one each)."""
        if not len(hashes):
            return
        instants, numbers = np.unique(np.broadcast_to(landed_at_us, hashes.shape), return_inverse=True)
        order = np.argsort(hashes, kind="stable")
        self._runs.append((hashes[order], (numbers[order] + len(self._landed_at_us)).astype(np.int32)))
        self._landed_at_us.extend(instants.tolist())
        while len(self._runs) > 1 and len(self._runs[-2][0]) < 2 * len(self._runs[-1][0]):
            self._runs.append(_merged(self._runs.pop(), self._runs.pop()))

    def suspects(self, hashes: Hashes) -> tuple[npt.NDArray[np.bool_], set[int]]:
        """Tell which of these ids may be resends, and the instants at which their first copies may have landed.

        An id is suspect when its hash is in the index or twice in `hashes`.
        """
        suspect = repeated(hashes)
        batches: set[int] = set()
        for run, numbers in self._runs:
            at = np.searchsorted(run, hashes)
            found = (at < len(run)) & (run[np.minimum(at, len(run) - 1)] == hashes)
            suspect |= found
            last = np.searchsorted(run, hashes[found], side="right")
            for first, end in zip(at[found], last, strict=True):
                batches.update(numbers[first:end].tolist())
        return suspect, {self._landed_at_us[number] for number in batches}

    def forget_before(self, instant_us: int) -> None:
        """Drop what landed before this instant."""
        fresh = np.array(self._landed_at_us, dtype=np.int64) >= instant_us
        if not fresh.all():
            self._runs = [(hashes[keep], numbers[keep]) for hashes, numbers in self._runs if (keep := fresh[numbers]).any()]


def repeated(hashes: Hashes) -> npt.NDArray[np.bool_]:
    """Mark the values that occur more than once."""
    _, inverse, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    marked: npt.NDArray[np.bool_] = counts[inverse] > 1
    return marked


def _merged(one: tuple[Hashes, npt.NDArray[np.int32]], other: tuple[Hashes, npt.NDArray[np.int32]]) -> tuple[Hashes, npt.NDArray[np.int32]]:
    hashes, numbers = np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])
    order = np.argsort(hashes, kind="stable")
    return hashes[order], numbers[order]
