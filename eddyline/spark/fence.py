"""The fence: an append goes through only if nobody else has appended since the marks were read, whatever the lease said a moment ago."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from eddyline.contracts.tables import Table
from eddyline.errors import LakeError
from eddyline.spark.tables import load_iceberg, name_of

_WRITER = "eddyline.writer"
# Compaction and deletion add no row, so the marks that were read still hold.
_HARMLESS = {"replace", "delete"}


@dataclass
class Fence:
    """Appends to tables as one writer, from the state in which their marks were read.

    Between a look at the lease and Iceberg's commit a process may be stopped for longer than the lease lasts. Iceberg compares and
    swaps, but retries an append on whatever is there by then; so each append asks it to validate that no file came since.
    """

    spark: SparkSession
    tables: tuple[Table, ...]
    writer: str = field(default_factory=lambda: uuid.uuid4().hex)
    _pins: dict[str, int | None] = field(default_factory=dict)

    def pin(self) -> None:
        """Take the tables as they are now: before their marks are read, so that what comes in between is noticed."""
        self._pins = {table.identifier: _snapshot_id(load_iceberg(self.spark, table)) for table in self.tables}

    def holds(self) -> bool:
        """Tell whether only this writer, compaction and deletion have committed since, and if so go on from the present."""
        present = {table.identifier: load_iceberg(self.spark, table) for table in self.tables}
        if not all(self._is_followed(loaded, self._pins[identifier]) for identifier, loaded in present.items()):
            return False
        self._pins = {identifier: _snapshot_id(loaded) for identifier, loaded in present.items()}
        return True

    def append(self, table: Table, rows: DataFrame) -> None:
        """Append in one commit.

        Raises LakeError, with nothing appended, when another writer appended since the tables were pinned.
        """
        options = {"check-nullability": "false", "isolation-level": "serializable", f"snapshot-property.{_WRITER}": self.writer}
        pin = self._pins[table.identifier]
        if pin is not None:
            options["validate-from-snapshot-id"] = str(pin)
        writer = rows.writeTo(name_of(table))
        for option, value in options.items():
            writer = writer.option(option, value)
        try:
            # Overwriting no row is an append that Iceberg can validate; a plain append it cannot.
            writer.overwrite(F.lit(False))  # noqa: FBT003 - a column, not a flag
        except Py4JJavaError as error:
            if error.java_exception.getClass().getSimpleName() == "ValidationException":
                raise LakeError(f"another writer appended to {table.identifier} meanwhile; this batch is given up and the marks are read again") from error
            raise

    def _is_followed(self, loaded: Any, pin: int | None) -> bool:
        snapshot = loaded.currentSnapshot()
        at = None if snapshot is None else snapshot.snapshotId()
        while at != pin:
            # An expired snapshot tells nothing about who made it.
            if snapshot is None or not (snapshot.operation() in _HARMLESS or snapshot.summary().get(_WRITER) == self.writer):
                return False
            at = snapshot.parentId()
            snapshot = None if at is None else loaded.snapshot(at)
        return True


def _snapshot_id(loaded: Any) -> int | None:
    snapshot = loaded.currentSnapshot()
    return None if snapshot is None else int(snapshot.snapshotId())
