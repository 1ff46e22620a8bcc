"""What an erasure removed and where, as rows of `ops.erasures`."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from eddyline.contracts.tables import ERASURES
from eddyline.spark.tables import name_of, rows_of

_ROWS = pa.schema({"place": pa.string(), "erased": pa.int64(), "others": pa.int64(), "remaining": pa.string()})
EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed at one place: the player's, and records of others that left with them; `remaining` says what is left and why."""

    place: str
    erased: int
    others: int = 0
    remaining: str = ""


@dataclass
class Notes:
    """Writes down at once what one run of the command removes; names the player by a hash only."""

    spark: SparkSession
    subject_sha256: str
    erasure_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    written: list[Removed] = field(default_factory=list)

    def add(self, *removed: Removed) -> None:
        """Append to the table."""
        plain = [{"place": each.place, "erased": each.erased, "others": each.others, "remaining": each.remaining or None} for each in removed]
        rows = self.spark.createDataFrame(pa.Table.from_pylist(plain, schema=_ROWS))
        told = {"erasure_id": F.lit(self.erasure_id), "subject_sha256": F.lit(self.subject_sha256), "erased_at": F.lit(datetime.now(UTC))}
        rows.withColumns(told).select(*ERASURES.column_names).coalesce(1).writeTo(name_of(ERASURES)).option("check-nullability", "false").append()
        self.written += removed


def completed_before(spark: SparkSession, subject_sha256: str) -> list[datetime]:
    """List when erasures of this player were completed."""
    rows = rows_of(spark, ERASURES).where((F.col("subject_sha256") == subject_sha256) & (F.col("place") == EVERYWHERE) & F.col("remaining").isNull())
    return sorted(instant.replace(tzinfo=UTC) for instant in rows.select("erased_at").toArrow()["erased_at"].to_pylist())
