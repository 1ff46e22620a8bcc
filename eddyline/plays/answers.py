"""Tables of answers as files."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from eddyline.errors import PlaysError


def write_answers(table: pa.Table, out: Path) -> None:
    """Write a table as a Parquet file.

    Raises PlaysError when the folder is not there or not writable.
    """
    try:
        pq.write_table(table, out, compression="zstd")
    except OSError as problem:
        raise PlaysError(f"{out} cannot be written ({problem.strerror or problem}); name a file in a folder that exists") from problem
