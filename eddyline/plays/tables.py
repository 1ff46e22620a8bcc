"""Tables of plays, a row a play: our own columns (`nfl_*.parquet`) or nflverse's, read from Parquet into numpy columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from eddyline.errors import PlaysError
from eddyline.football.rules import Rules, nfl
from eddyline.football.situations import Flags, Floats, Ints, Situations
from eddyline.plays import nflverse

# What is known before a play; `play_type` is read for the class of the row alone (see `eddyline.plays.prediction_rows`).
MOMENT_COLUMNS = [
    "game_id",
    "season",
    "season_type",
    "home_team",
    "away_team",
    "seq",
    "qtr",
    "quarter_seconds_remaining",
    "posteam",
    "down",
    "ydstogo",
    "yardline_100",
    "home_score",
    "away_score",
    "posteam_timeouts",
    "defteam_timeouts",
    "receive_2h_ko",
    "spread_line",
    "play_type",
]

# Play types of rows that are played from scrimmage.
SCRIMMAGE = ("run", "pass", "punt", "field_goal", "qb_kneel", "qb_spike", "no_play")


@dataclass(frozen=True, slots=True)
class Plays:
    """Plays of any games, in the columns of `nfl_*.parquet`; not every column need be there."""

    table: pa.Table

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.table.num_rows)

    def ints(self, name: str, missing: int = 0) -> Ints:
        """Return a column as integers, `missing` where it is empty."""
        return self._filled(name, missing, pa.int32())

    def floats(self, name: str) -> Floats:
        """Return a column as floats, NaN where it is empty."""
        return self._filled(name, np.nan, pa.float64())

    def texts(self, name: str) -> NDArray[np.str_]:
        """Return a column as texts, empty ones where it is empty."""
        return np.asarray(self._filled(name, "", pa.string()), dtype=np.str_)

    def known(self, name: str) -> Flags:
        """Return where a column is not empty."""
        return np.asarray(pc.is_valid(self.table[name]).combine_chunks().to_numpy(zero_copy_only=False), dtype=np.bool_)

    def take(self, chosen: NDArray[np.intp] | Flags) -> Self:
        """Return the chosen rows, by positions or by a mask."""
        rows = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else chosen
        return type(self)(self.table.take(pa.array(rows)))

    def has_ball(self) -> Flags:
        """Return where a team is named that has the ball: where a situation can be told."""
        return self.known("posteam")

    def scrimmage(self) -> Flags:
        """Return where there is a down, a spot and a team with the ball."""
        return self.known("posteam") & self.known("down") & self.known("yardline_100")

    def home_has_ball(self) -> Flags:
        """Return where the home team has the ball (on kickoffs: receives it)."""
        return np.asarray(self.texts("posteam") == self.texts("home_team"), dtype=np.bool_)

    def situations(self) -> Situations:
        """Return every row from the view of the team with the ball; what is empty (no down, no spot) becomes 1st and 10 at midfield."""
        home = self.home_has_ball()
        sign = np.where(home, 1, -1)
        return Situations(
            quarter=self.ints("qtr", 1),
            seconds=self.ints("quarter_seconds_remaining"),
            margin=(self.ints("home_score") - self.ints("away_score")) * sign.astype(np.int32),
            down=self.ints("down", 1),
            distance=np.maximum(self.ints("ydstogo", 10), 1),
            yards_to_goal=np.clip(self.ints("yardline_100", 50), 1, 99),
            timeouts=self.ints("posteam_timeouts", 2),
            opponent_timeouts=self.ints("defteam_timeouts", 2),
            receives_second_half=self.ints("receive_2h_ko") == 1,
            home=home.astype(np.int32),
            spread=self.floats("spread_line") * sign,
        )

    def by_rules(self) -> Iterator[tuple[Rules, NDArray[np.intp]]]:
        """Yield the rule books that these plays were played under, each with the positions of its rows."""
        season, postseason = self.ints("season"), self.texts("season_type") != "REG"
        for year in np.unique(season):
            for post in (False, True):
                rows = np.flatnonzero((season == year) & (postseason == post))
                if len(rows):
                    yield nfl(int(year), postseason=post), rows

    def _filled(self, name: str, missing: Any, kind: pa.DataType) -> NDArray[Any]:
        column = self.table[name].cast(kind).fill_null(missing)
        return np.asarray(column.combine_chunks().to_numpy(zero_copy_only=False))


def read_plays(path: Path, columns: Sequence[str] | None = None) -> Plays:
    """Read a Parquet file of plays, in our columns or nflverse's; `columns` names those of ours that are needed.

    Raises PlaysError when the file cannot be read or lacks a column.
    """
    try:
        names = pq.read_schema(path).names
        foreign = nflverse.recognise(names)
        table = nflverse.translate(pq.read_table(path, columns=nflverse.needed(names))) if foreign else None
        wanted = list(columns) if columns is not None else None
        _expect(path, wanted or MOMENT_COLUMNS, names if table is None else table.column_names)
        return Plays(pq.read_table(path, columns=wanted) if table is None else table.select(wanted or table.column_names))
    except (OSError, pa.ArrowInvalid) as problem:
        raise PlaysError(f"{path} cannot be read as a Parquet file of plays ({problem}); give a file with the columns of nfl_*.parquet") from problem


def read_folder(folder: Path, seasons: Sequence[int], columns: Sequence[str] | None = None) -> Plays:
    """Read the wanted seasons from every Parquet file of plays in a folder; files of other things are passed over."""
    parts = [read_plays(path, columns).table for path in sorted(folder.glob("*.parquet")) if _holds_plays(path)]
    kept = [part.filter(pc.is_in(part["season"], pa.array(list(seasons), part["season"].type))) for part in parts]
    together = pa.concat_tables([part for part in kept if part.num_rows], promote_options="permissive") if any(part.num_rows for part in kept) else None
    if together is None:
        raise PlaysError(f"{folder} has no plays of the seasons {min(seasons)} to {max(seasons)}; name the folder that holds nfl_*.parquet")
    return Plays(together)


def _holds_plays(path: Path) -> bool:
    try:
        names = pq.read_schema(path).names
    except (OSError, pa.ArrowInvalid) as problem:
        raise PlaysError(f"{path} cannot be read as Parquet ({problem}); take it out of the folder or put a whole file in its place") from problem
    return nflverse.recognise(names) or {"seq", "play_type", "qtr"} <= set(names)


def _expect(path: Path, wanted: Sequence[str], there: Sequence[str]) -> None:
    lacking = [name for name in wanted if name not in there]
    if lacking:
        raise PlaysError(f"{path} lacks the columns {', '.join(lacking)}; they are explained in docs/football-win-probability.md")
