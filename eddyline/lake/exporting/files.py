"""Files of an export: rows in, Parquet or CSV out, a new file when one is large enough."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from pyarrow.fs import FileSystem

# A row group of this size is what readers split work by; a batch of the lake may have far fewer rows.
GROUP_ROWS = 122_880
FILE_BYTES = 256_000_000
FORMATS = ("parquet", "csv")


class _Writer(Protocol):
    def write_table(self, table: pa.Table) -> None: ...
    def close(self) -> None: ...


@dataclass
class Part:
    """One file that is being written."""

    store: FileSystem
    path: str
    schema: pa.Schema
    format: str
    rows: int = 0
    _waiting: list[pa.RecordBatch] = field(default_factory=list)
    _waiting_rows: int = 0

    def __post_init__(self) -> None:
        self._sink = self.store.open_output_stream(self.path)
        self._writer: _Writer = _WRITERS[self.format](self._sink, _plain_schema(self.schema) if self.format == "csv" else self.schema)

    @property
    def bytes(self) -> int:
        """How much has been written so far."""
        return int(self._sink.tell())

    def add(self, batch: pa.RecordBatch) -> None:
        """Take rows; they are written once there are enough for a row group."""
        self._waiting.append(batch)
        self._waiting_rows += batch.num_rows
        if self._waiting_rows >= GROUP_ROWS:
            self._write()

    def close(self) -> None:
        """Write what waits and finish the file."""
        self._write()
        self._writer.close()
        self._sink.close()

    def abandon(self) -> None:
        """Let go of a file that will not be finished."""
        self._sink.close()

    def _write(self) -> None:
        if self._waiting:
            table = pa.Table.from_batches(self._waiting).cast(self.schema)
            self._writer.write_table(_plain(table) if self.format == "csv" else table)
            self.rows += table.num_rows
            self._waiting, self._waiting_rows = [], 0


_WRITERS: dict[str, Callable[[Any, pa.Schema], Any]] = {
    "parquet": lambda sink, schema: pa.parquet.ParquetWriter(sink, schema, compression="zstd"),
    "csv": pa.csv.CSVWriter,
}


def rows_in(store: FileSystem, path: str) -> int:
    """Count the rows of a finished Parquet file by what it says of itself."""
    with store.open_input_file(path) as file:
        return int(pa.parquet.read_metadata(file).num_rows)


def _plain_schema(schema: pa.Schema) -> pa.Schema:
    return pa.schema([column.with_type(pa.string()) if _is_binary(column.type) else column for column in schema])


def _plain(table: pa.Table) -> pa.Table:
    # CSV has no bytes: they are written in base64.
    for number, column in enumerate(table.schema):
        if _is_binary(column.type):
            texts = [None if value is None else base64.b64encode(value).decode() for value in table[number].to_pylist()]
            table = table.set_column(number, column.with_type(pa.string()), pa.array(texts, pa.string()))
    return table


def _is_binary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))
