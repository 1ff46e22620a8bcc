"""What the tables are made of: rows, files, bytes and snapshots, from the metadata alone."""

from dataclasses import dataclass

from pyiceberg.catalog import Catalog
from pyiceberg.table import Table as IcebergTable


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table's size as its newest snapshot states it."""

    table: str
    rows: int
    files: int
    bytes: int
    snapshots: int
    last_commit_ms: int | None


def table_facts(catalog: Catalog) -> list[TableFacts]:
    """Describe every table of the catalog, in the order of their names."""
    names = sorted(name for namespace in catalog.list_namespaces() for name in catalog.list_tables(namespace))
    return [_facts(".".join(name), catalog.load_table(name)) for name in names]


def _facts(name: str, table: IcebergTable) -> TableFacts:
    snapshot = table.current_snapshot()
    if snapshot is None or snapshot.summary is None:
        return TableFacts(name, 0, 0, 0, 0, None)
    stated = snapshot.summary.additional_properties
    rows, files, size = (int(stated.get(f"total-{figure}", 0)) for figure in ("records", "data-files", "files-size"))
    return TableFacts(name, rows, files, size, len(table.snapshots()), snapshot.timestamp_ms)
