"""What the tables are made of: rows, files, bytes, partitions, snapshots, from the metadata alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyiceberg.catalog import Catalog
from pyiceberg.table import Table as IcebergTable

from eddyline.contracts.tables import TABLES
from eddyline.errors import LakeError

# A compaction aims at this size, and leaves files alone that come near it: so a day's rows are not written again and again.
COMPACTED_BYTES = 128 * 1024 * 1024
SMALL_BYTES = COMPACTED_BYTES * 3 // 4


@dataclass(frozen=True, slots=True)
class PartitionFacts:
    """What one partition of a table is made of; `small_files` are those that a compaction would join."""

    table: str
    partition: str
    rows: int
    files: int
    small_files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table's size as its newest snapshot states it; `most_files` are those of its fullest partition."""

    table: str
    rows: int
    files: int
    bytes: int
    snapshots: int
    last_commit_ms: int | None
    partitions: int
    most_files: int
    metadata_files: int


def table_facts(catalog: Catalog) -> list[TableFacts]:
    """Describe every table of the catalog, in the order of their names."""
    return [facts_of(name, catalog.load_table(name)) for name in table_names(catalog)]


def table_names(catalog: Catalog) -> list[str]:
    """List every table of the catalog."""
    return sorted(".".join(name) for namespace in catalog.list_namespaces() for name in catalog.list_tables(namespace))


def need_tables(catalog: Catalog, wanted: Iterable[str]) -> None:
    """Go on if all of these tables exist.

    Raises LakeError that names the first that does not, and what there is.
    """
    names = table_names(catalog)
    if absent := [table for table in wanted if table not in names]:
        raise LakeError(f"there is no table {absent[0]}; there are {', '.join(names) or 'none: `eddyline tables create` makes them'}")


def own_tables(catalog: Catalog) -> list[str]:
    """List the tables that Eddyline made: those of the contracts, and filtered copies."""
    ours = {table.identifier for table in TABLES}
    return [name for name in table_names(catalog) if name in ours or "kafka_offset" in catalog.load_table(name).schema().column_names]


def facts_of(name: str, table: IcebergTable) -> TableFacts:
    """Describe a table."""
    snapshot, metadata_files = table.current_snapshot(), len(table.metadata.metadata_log) + 1
    if snapshot is None or snapshot.summary is None:
        return TableFacts(name, 0, 0, 0, 0, None, 0, 0, metadata_files)
    stated = snapshot.summary.additional_properties
    rows, files, size = (int(stated.get(f"total-{figure}", 0)) for figure in ("records", "data-files", "files-size"))
    partitions = partition_facts(name, table)
    most = max((partition.files for partition in partitions), default=0)
    return TableFacts(name, rows, files, size, len(table.snapshots()), snapshot.timestamp_ms, len(partitions), most, metadata_files)


def partition_facts(name: str, table: IcebergTable) -> list[PartitionFacts]:
    """Describe each partition of a table, in the order of their names; a table without partitions has one, named `all`."""
    found: dict[str, list[tuple[int, int]]] = {}
    for task in table.scan().plan_files():
        where = table.specs()[task.file.spec_id].partition_to_path(task.file.partition, table.schema()) or "all"
        found.setdefault(where, []).append((task.file.record_count, task.file.file_size_in_bytes))
    return [_partition(name, where, files) for where, files in sorted(found.items())]


def has_deletes(table: IcebergTable) -> bool:
    """Tell whether rows were deleted by a mark beside their file, as Trino does it, and not by a new file without them."""
    snapshot = table.current_snapshot()
    stated = snapshot.summary.additional_properties if snapshot and snapshot.summary else {}
    return int(stated.get("total-delete-files", 0)) > 0


def _partition(table: str, partition: str, files: Iterable[tuple[int, int]]) -> PartitionFacts:
    rows, sizes = zip(*files, strict=True)
    return PartitionFacts(table, partition, sum(rows), len(sizes), sum(size < SMALL_BYTES for size in sizes), sum(sizes))
