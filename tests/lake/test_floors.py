"""Erased offsets as runs: every offset of a run, none beside it."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from eddyline.lake.floors import erased_offsets, expand
from eddyline.lake.verification.accounting import ranges

sets_of_offsets = st.sets(st.integers(0, 300)).map(lambda values: np.array(sorted(values), dtype=np.int64))


@given(sets_of_offsets)
def test_runs_expand_to_exactly_the_offsets_they_were_made_of(offsets) -> None:
    runs = np.array(ranges(offsets), dtype=np.int64).reshape(-1, 2)
    assert expand(runs[:, 0], runs[:, 1]).tolist() == offsets.tolist()


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 50), st.none() | st.integers(0, 50)), max_size=20))
def test_a_row_without_a_first_offset_stands_for_one_offset(rows) -> None:
    rows = [(partition, last, first if first is None else min(first, last)) for partition, last, first in rows]
    table = pa.table(
        {
            "kafka_partition": pa.array([row[0] for row in rows], pa.int32()),
            "kafka_offset": pa.array([row[1] for row in rows], pa.int64()),
            "first_offset": pa.array([row[2] for row in rows], pa.int64()),
        }
    )
    expected: dict[int, list[int]] = {}
    for partition, last, first in rows:
        expected.setdefault(partition, []).extend(range(last if first is None else first, last + 1))
    assert {partition: offsets.tolist() for partition, offsets in erased_offsets(table).items()} == expected


def test_a_table_of_the_first_contract_has_single_offsets_only() -> None:
    table = pa.table({"kafka_partition": pa.array([1, 1], pa.int32()), "kafka_offset": pa.array([7, 9], pa.int64())})
    assert {partition: offsets.tolist() for partition, offsets in erased_offsets(table).items()} == {1: [7, 9]}
