"""Runs of erased offsets in `ops.erased`: a row stands for one offset, or for all from `first_offset` to `kafka_offset`."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Offsets = npt.NDArray[np.int64]


def expand(first: Offsets, last: Offsets) -> Offsets:
    """List every offset of the runs, both ends included, in the order of the runs."""
    lengths = np.maximum(last - first + 1, 0)
    if not lengths.sum():
        return np.empty(0, dtype=np.int64)
    ends = np.cumsum(lengths)
    within = np.arange(ends[-1]) - np.repeat(ends - lengths, lengths)
    each: Offsets = (np.repeat(first, lengths) + within).astype(np.int64)
    return each


def erased_offsets(rows: pa.Table) -> dict[int, Offsets]:
    """Map each partition to the offsets that rows of `ops.erased` stand for; tables of an older contract have no `first_offset`."""
    last = rows["kafka_offset"].to_numpy()
    first = pc.coalesce(rows["first_offset"], rows["kafka_offset"]).to_numpy() if "first_offset" in rows.column_names else last
    partitions = rows["kafka_partition"].to_numpy()
    return {int(partition): expand(first[partitions == partition], last[partitions == partition]) for partition in np.unique(partitions)}
