"""The register of exports, `ops.exports`: where copies of rows are outside the lake, so that whoever erases finds them."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from eddyline.contracts.tables import EXPORTS
from eddyline.lake.tables import create_tables

BEGAN, COMPLETE, FAILED, REMOVED = "began", "complete", "failed", "removed"


@dataclass(frozen=True, slots=True)
class Export:
    """One export in its newest state; `destination` is a folder's address without a slash at its end."""

    table_name: str
    snapshot_id: int | None
    destination: str
    format: str
    state: str = BEGAN
    rows: int | None = None
    files: int | None = None
    export_id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    noted_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def staging(self) -> str:
        """The folder beside the destination that holds the files until all are written; a killed export leaves it."""
        parent, _, name = self.destination.rpartition("/")
        return f"{parent}/.{name}.{self.export_id}.part"

    @property
    def replaced(self) -> str:
        """The folder beside the destination that an earlier export is moved to while this one takes its place."""
        return self.staging.removesuffix("part") + "old"

    @property
    def places(self) -> tuple[str, ...]:
        """Every folder that may hold rows of this export, or of the one before it."""
        return () if self.state in {FAILED, REMOVED} else (self.destination, self.staging, self.replaced)

    def now(self, state: str, rows: int | None = None, files: int | None = None) -> "Export":
        """The same export in another state."""
        return replace(self, state=state, rows=rows, files=files, noted_at=datetime.now(UTC))


@retry(retry=retry_if_exception_type(CommitFailedException), stop=stop_after_attempt(10), wait=wait_random_exponential(0.1, 2), reraise=True)
def note(catalog: Catalog, export: Export) -> None:
    """Write down the state that an export has reached; the register is made where there is none."""
    create_tables(catalog, [EXPORTS])
    table = catalog.load_table(EXPORTS.identifier)
    table.append(pa.Table.from_pylist([asdict(export)], schema=table.schema().as_arrow()))


def exports(catalog: Catalog) -> list[Export]:
    """List every export in its newest state, in the order of their beginnings."""
    try:
        rows = catalog.load_table(EXPORTS.identifier).scan().to_arrow().sort_by("noted_at").to_pylist()
    except NoSuchTableError:
        return []
    newest: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        newest[row["export_id"]] = row
    return [Export(**row) for row in newest.values()]


def places_of(catalog: Catalog, table_name: str) -> list[str]:
    """List every folder outside the lake that may hold rows of a table."""
    found = [place for export in exports(catalog) if export.table_name == table_name for place in export.places]
    return list(dict.fromkeys(found))


def note_removed(catalog: Catalog, destination: str, but: str = "") -> None:
    """Write down that earlier exports are no longer in a folder, except the one of this id."""
    for export in exports(catalog):
        if export.destination == destination and export.state in {BEGAN, COMPLETE} and export.export_id != but:
            note(catalog, export.now(REMOVED))
