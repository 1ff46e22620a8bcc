"""A game's records as a file: CSV, JSON or Parquet, a row a play with the same columns."""

from enum import StrEnum
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from eddyline.football.course import Course
from eddyline.football.export_rows import COLUMNS, as_text, rows


class Format(StrEnum):
    """How a game is written."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


_KINDS = {
    **dict.fromkeys(("quarter", "seconds", "down", "distance", "yards_to_goal"), pa.int32()),
    **dict.fromkeys(("home_score_before", "away_score_before", "home_score", "away_score"), pa.int32()),
    **dict.fromkeys(("elapsed_s", "home_wp_before", "tie_wp_before", "home_wp", "tie_wp", "home_wp_added"), pa.float64()),
    **dict.fromkeys(("expected_points", "epa", "margin", "confidence"), pa.float64()),
    "success": pa.bool_(),
    "players": pa.list_(pa.string()),
}
SCHEMA = pa.schema([pa.field(name, _KINDS.get(name, pa.string())) for name in COLUMNS])


def write(course: Course, path: Path, wanted: Format) -> int:
    """Write a game's plays into a file and return how many there are; what was there is replaced."""
    if wanted is Format.PARQUET:
        pq.write_table(pa.Table.from_pylist(rows(course), schema=SCHEMA), path, compression="zstd")
    else:
        text = as_text(course, "json" if wanted is Format.JSON else "csv")
        path.write_text(text, encoding="utf-8", newline="")
    return len(course.records)
