"""What a chore did, as sentences for people."""

from collections.abc import Iterator

from eddyline.spark.compaction import Compacted
from eddyline.spark.upkeep.expiry import Expired
from eddyline.spark.upkeep.orphans import Orphans
from eddyline.spark.upkeep.rounds import Failed, Outcome


def sentences(outcome: Outcome) -> Iterator[str]:
    """Say what a chore did to a table; orphans line by line."""
    table = outcome.table
    match outcome:
        case Compacted(files_before=0):
            yield f"{table}: no day has enough small files"
        case Compacted():
            yield f"{table}: {outcome.files_before:,} files ({size(outcome.bytes)}) became {outcome.files_after:,}"
        case Expired(snapshots=0):
            yield f"{table}: none of {outcome.kept:,} snapshots is old enough"
        case Expired():
            removed = f"{outcome.snapshots:,} snapshots and {outcome.files:,} files ({size(outcome.bytes)} of data)"
            yield f"{table}: removed {removed}; kept {outcome.kept:,} snapshots"
        case Orphans():
            yield f"{table}: {'removed' if outcome.removed else 'found'} {len(outcome.files):,} files that nothing names ({size(outcome.bytes)})"
            yield from outcome.files
        case Failed():
            yield f"{table}: not done: {outcome.reason}"


def size(count: int) -> str:
    """Write a number of bytes for people."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            return f"{count / factor:,.1f} {unit}"
    return f"{count} bytes"
