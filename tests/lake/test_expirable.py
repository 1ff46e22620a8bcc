"""Which snapshots an expiry removes: never one that is new, among the newest, or named by a tag."""

from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from pyiceberg.table.refs import SnapshotRefType

from eddyline.lake.expirable import expirable


@dataclass
class Snapshot:
    snapshot_id: int
    parent_snapshot_id: int | None
    timestamp_ms: int


@dataclass
class Ref:
    snapshot_id: int
    snapshot_ref_type: SnapshotRefType


@dataclass
class Metadata:
    """As much of a table's metadata as the rule reads."""

    snapshots: list[Snapshot]
    refs: dict[str, Ref]

    def snapshot_by_id(self, snapshot_id: int) -> Snapshot | None:
        return next((each for each in self.snapshots if each.snapshot_id == snapshot_id), None)


def line(count: int, **tags: int) -> Metadata:
    """One branch: snapshot n was made in second n, the last one is the present."""
    snapshots = [Snapshot(number, number - 1 if number else None, number * 1000) for number in range(count)]
    refs = {"main": Ref(count - 1, SnapshotRefType.BRANCH)} if count else {}
    return Metadata(snapshots, refs | {name: Ref(number, SnapshotRefType.TAG) for name, number in tags.items()})


def at(second: float) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def test_the_old_ones_beyond_the_newest_go():
    #  0  1  2  3  4   keep 2, older than second 3
    assert expirable(line(5), 2, at(3)) == [0, 1, 2]
    assert expirable(line(5), 4, at(3)) == [0]
    assert expirable(line(5), 1, at(1)) == [0]
    assert expirable(line(0), 1, at(9)) == []


def test_a_tagged_one_stays_and_another_branch_keeps_its_own_newest():
    tagged = line(5, release=1)
    assert expirable(tagged, 1, at(9)) == [0, 2, 3]
    tagged.refs["audit"] = Ref(2, SnapshotRefType.BRANCH)
    assert expirable(tagged, 1, at(9)) == [0, 3]


def test_what_was_rolled_back_goes_by_its_age():
    rolled_back = line(3)
    rolled_back.snapshots.append(Snapshot(9, 0, 1500))
    assert expirable(rolled_back, 3, at(1)) == []
    assert expirable(rolled_back, 3, at(2)) == [9]


@given(st.integers(0, 30), st.integers(1, 30), st.integers(-1, 40))
def test_the_newest_and_the_young_always_stay(count: int, keep: int, second: int) -> None:
    gone = set(expirable(line(count), keep, at(second)))
    assert gone == {number for number in range(count) if number < count - keep and number < second}
