"""A game's records as rows with the same columns, and as text."""

import csv
import json
from dataclasses import asdict
from io import StringIO
from typing import Any, Literal

from eddyline.football.course import Course, PlayRecord

GAME = ("game_id", "home_team", "away_team")
COLUMNS = (*GAME, *PlayRecord.__dataclass_fields__, "home_wp_added")


def rows(course: Course) -> list[dict[str, Any]]:
    """Return a row a play; `play_id` is text, because some feeds have no numbers."""
    game = {name: getattr(course, name) for name in GAME}
    return [
        game | asdict(record) | {"play_id": str(record.play_id), "players": list(record.players), "home_wp_added": record.gained} for record in course.records
    ]


def as_text(course: Course, wanted: Literal["csv", "json"]) -> str:
    """Return a game as CSV or JSON text."""
    if wanted == "json":
        return json.dumps(rows(course), indent=1, allow_nan=False) + "\n"
    text = StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row | {"players": "; ".join(row["players"])} for row in rows(course))
    return text.getvalue()
