"""Rounds of upkeep without tables: which chores are due, and what is said of what they did."""

import threading
from itertools import islice

import pytest

from eddyline.spark.compaction import Compacted
from eddyline.spark.upkeep.expiry import Expired
from eddyline.spark.upkeep.orphans import Orphans
from eddyline.spark.upkeep.rounds import Chore, Failed, Outcome, Round, schedule
from eddyline.spark.upkeep.words import sentences, size


class Unpausing(threading.Event):
    """Remembers how long it was asked to wait, and does not."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0.0)
        return False


def test_orphans_are_looked_for_at_first_and_then_less_often():
    often, rarely = (Chore.COMPACT, Chore.EXPIRE), tuple(Chore)
    stop = Unpausing()
    assert list(islice(schedule(5, 3600, stop), 3)) == [rarely, often, often]
    assert all(0 < wait <= 5 for wait in stop.waits)
    assert list(islice(schedule(5, 0, stop), 2)) == [rarely, rarely]


def test_a_stopped_schedule_begins_no_round():
    stop = threading.Event()
    chores = schedule(3600, 3600, stop)
    next(chores)
    stop.set()
    assert list(chores) == []


DID: list[tuple[Chore, Outcome, str]] = [
    (Chore.COMPACT, Compacted("t", 12, 1, 3_000), "t: 12 files (3.0 kB) became 1"),
    (Chore.COMPACT, Compacted("t", 0, 0, 0), "t: no day has enough small files"),
    (Chore.EXPIRE, Expired("t", 3, 10, 7, 5_000_000), "t: removed 3 snapshots and 7 files (5.0 MB of data); kept 10 snapshots"),
    (Chore.EXPIRE, Expired("t", 0, 10, 0, 0), "t: none of 10 snapshots is old enough"),
    (Chore.ORPHANS, Orphans("t", ("a",), 2_000, removed=True), "t: removed 1 files that nothing names (2.0 kB)"),
    (Chore.ORPHANS, Orphans("t", ("b", "c"), 900, removed=False), "t: found 2 files that nothing names (900 bytes)"),
    (Chore.COMPACT, Failed("t", "the catalog is away"), "t: not done: the catalog is away"),
]


@pytest.mark.parametrize(("outcome", "said"), [(outcome, said) for _, outcome, said in DID])
def test_each_outcome_is_a_sentence(outcome: Outcome, said: str) -> None:
    assert next(sentences(outcome)) == said


def test_a_round_sums_up_what_its_chores_did_and_counts_only_what_was_removed_as_freed():
    done = Round(tuple((chore, outcome) for chore, outcome, _ in DID), (), 1.26)
    assert done.summary() == {
        "files_rewritten": 12,
        "files_written": 1,
        "snapshots_expired": 3,
        "orphans": 3,
        "bytes_freed": 5_002_000,
        "failed": 1,
        "seconds": 1.3,
    }


@pytest.mark.parametrize(("count", "said"), [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (2_500_000, "2.5 MB"), (3_000_000_000_000, "3,000.0 GB")])
def test_bytes_are_said_in_units(count: int, said: str) -> None:
    assert size(count) == said
