"""A game's records as a file: CSV, JSON or Parquet, a row a play with the same columns."""

import csv
import json
from dataclasses import asdict
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from eddyline.football.course import Course


class Format(StrEnum):
    """How a game is written."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


SCHEMA = pa.schema(
    [pa.field(name, pa.string(), nullable=False) for name in ("game_id", "home_team", "away_team", "play_id", "kind")]
    + [("quarter", pa.int32()), ("seconds", pa.int32()), ("elapsed_s", pa.float64()), ("situation", pa.string()), ("offence", pa.string())]
    + [(name, pa.int32()) for name in ("down", "distance", "yards_to_goal")]
    + [(name, pa.int32()) for name in ("home_score_before", "away_score_before", "home_score", "away_score")]
    + [(name, pa.float64()) for name in ("home_wp_before", "tie_wp_before", "home_wp", "tie_wp", "home_wp_added", "expected_points", "epa")]
    + [("success", pa.bool_()), ("players", pa.list_(pa.string())), ("description", pa.string())]
    + [("advised", pa.string()), ("margin", pa.float64()), ("confidence", pa.float64()), ("chosen", pa.string())]
)


def rows(course: Course) -> list[dict[str, Any]]:
    """Return a row a play; `play_id` is text, because some feeds have no numbers."""
    game = {"game_id": course.game_id, "home_team": course.home_team, "away_team": course.away_team}
    told = [{**game, **asdict(record), "home_wp_added": record.gained} for record in course.records]
    return [{name: row[name] for name in SCHEMA.names} | {"play_id": str(row["play_id"]), "players": list(row["players"])} for row in told]


def as_text(course: Course, wanted: Format) -> str:
    """Return a game as CSV or JSON text."""
    if wanted is Format.JSON:
        return json.dumps(rows(course), indent=1, allow_nan=False) + "\n"
    text = StringIO(newline="")
    writer = csv.DictWriter(text, SCHEMA.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row | {"players": "; ".join(row["players"])} for row in rows(course))
    return text.getvalue()


def write(course: Course, path: Path, wanted: Format) -> int:
    """Write a game's plays into a file and return how many there are; what was there is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if wanted is Format.PARQUET:
        pq.write_table(pa.Table.from_pylist(rows(course), schema=SCHEMA), path, compression="zstd")
    else:
        path.write_text(as_text(course, wanted), encoding="utf-8", newline="")
    return len(course.records)
