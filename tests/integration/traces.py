"""Looks for a word in every file below a folder, also in what Parquet and Avro have compressed."""

import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def files_with(word: str, folder: Path) -> list[str]:
    """Name the files that have the word in their name, their bytes, or what these mean."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and _has(path, word.encode()))


def _has(path: Path, word: bytes) -> bool:
    try:
        return word in path.name.encode() or any(word in part for part in _parts(path))
    except FileNotFoundError:
        return False  # it went while we looked


def _parts(path: Path) -> Iterator[bytes]:
    whole = path.read_bytes()
    yield whole
    if whole[:4] == b"PAR1":
        yield from _columns(pa.BufferReader(whole))
    elif whole[:4] == b"Obj\x01":
        yield from _blocks(whole)


def _columns(file: pa.BufferReader) -> Iterator[bytes]:
    parquet = pq.ParquetFile(file)
    yield str(parquet.metadata.to_dict()).encode()
    for column in parquet.read().columns:
        if pa.types.is_string(column.type) or pa.types.is_binary(column.type):
            yield from (value if isinstance(value, bytes) else value.encode() for value in column.to_pylist() if value is not None)


def _blocks(avro: bytes) -> Iterator[bytes]:
    # The sync marker ends the header and each block; a block is two numbers, then deflated bytes.
    marker = avro[-16:]
    for block in avro.split(marker)[1:-1]:
        for start in range(2, 12):
            try:
                yield zlib.decompress(block[start:], -15)
            except zlib.error:
                continue
