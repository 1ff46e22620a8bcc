"""A whole game with its chances, from a recorded feed or from a table of plays."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from eddyline.football.course import Course
from eddyline.football.decisions import Decisions
from eddyline.football.models import shipped
from eddyline.football.rules import Rules
from eddyline.football.telling import Teller, told
from eddyline.plays.feed_files import Recording, read
from eddyline.plays.replay import Replay
from eddyline.plays.table_games import table_game
from eddyline.plays.tables import MOMENT_COLUMNS, read_plays

TABLE = ".parquet"
# Columns that tell more, where a table has them.
TOLD = (
    "play_id total_line roof home_final away_final yards_gained field_goal_result extra_point_result two_point_result interception fumble_lost touchdown",
    "safety desc",
)


def read_game(path: Path, game_id: str = "", *, use_spread: bool = True) -> Course:
    """Read a game: FILE.events.jsonl(.gz), or a Parquet file of plays and the id of one of its games.

    Raises PlaysError where the game is not there, FeedError where a recording cannot be read.
    """
    if path.suffix != TABLE:
        return recorded_game(read(path), use_spread=use_spread)
    return table_game(read_plays(path, [*MOMENT_COLUMNS, *_told(path)]), game_id, use_spread=use_spread)


def recorded_game(recording: Recording, *, use_spread: bool = True) -> Course:
    """Return a recorded game as it is known at the end of the recording."""
    replay = Replay(recording)
    for _ in replay.rows():
        pass
    records = told(_teller(replay.feed.rules, recording.header, use_spread=use_spread), replay.history.entries)
    state = replay.history.state
    return Course(replay.feed.game_id, state.home_team, state.away_team, records, over=state.final)


def _told(path: Path) -> list[str]:
    try:
        names = pq.read_schema(path).names
    except (OSError, pa.ArrowInvalid):
        return []  # read_plays says what is wrong
    return [name for name in " ".join(TOLD).split() if name in names]


def _teller(rules: Rules, header: Mapping[str, Any], *, use_spread: bool) -> Teller:
    models, spread = shipped(), _number(header.get("spread_line")) if use_spread else None
    total, indoor = _number(header.get("total_line")) if use_spread else None, header.get("roof") in {"dome", "closed"}
    return Teller(rules, models, Decisions(rules, models, spread, total, indoor), spread)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
