"""Which snapshots an expiry would remove, by Iceberg's own rule, told without doing it."""

from collections.abc import Iterator
from datetime import datetime

from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.refs import SnapshotRefType


def expirable(metadata: TableMetadata, keep: int, older_than: datetime) -> list[int]:
    """List the ids of snapshots that an expiry removes: older than an instant, not among a branch's newest `keep`, named by no tag."""
    instant_ms = int(older_than.timestamp() * 1000)
    needed, reachable = set[int](), set[int]()
    for ref in metadata.refs.values():
        chain = list(_ancestors(metadata, ref.snapshot_id))
        reachable |= set(chain)
        is_branch = ref.snapshot_ref_type == SnapshotRefType.BRANCH
        needed |= set(_newest(metadata, chain, keep, instant_ms) if is_branch else chain[:1])
    # What no branch leads to any more (a rolled back commit) goes by its age alone.
    needed |= {each.snapshot_id for each in metadata.snapshots if each.snapshot_id not in reachable and each.timestamp_ms >= instant_ms}
    return [each.snapshot_id for each in metadata.snapshots if each.snapshot_id not in needed]


def _newest(metadata: TableMetadata, chain: list[int], keep: int, instant_ms: int) -> Iterator[int]:
    for number, snapshot_id in enumerate(chain):
        snapshot = metadata.snapshot_by_id(snapshot_id)
        if snapshot is None or (number >= keep and snapshot.timestamp_ms < instant_ms):
            return
        yield snapshot_id


def _ancestors(metadata: TableMetadata, snapshot_id: int | None) -> Iterator[int]:
    while snapshot_id is not None and (snapshot := metadata.snapshot_by_id(snapshot_id)):
        yield snapshot_id
        snapshot_id = snapshot.parent_snapshot_id
