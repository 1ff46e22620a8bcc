"""The plays that forecasts are scored on: scrimmage moments with their outcome, from the files of a folder."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bench.football_scores import Floats

SCRIMMAGE = ("run", "pass", "punt", "field_goal", "qb_kneel", "qb_spike", "no_play")
FITTED_ON, TESTED_ON = range(2009, 2019), range(2020, 2024)


@dataclass(frozen=True, slots=True)
class Rows:
    """Scored rows, from the view of the team with the ball."""

    table: pa.Table
    games: NDArray[np.str_]
    quarter: NDArray[np.int_]
    won: Floats
    home: Floats  # 1 where the home team has the ball
    margin: Floats
    time_left: Floats  # share of the game
    field_position: Floats  # 1-99 from the own goal line

    @property
    def side(self) -> Floats:
        """Return 1 where the home team has the ball, else -1."""
        return 2 * self.home - 1

    def of_home(self, forecast: Floats) -> Floats:
        """Turn the home team's chances into the offence's, and back."""
        return np.where(self.home > 0, forecast, 1 - forecast)

    def column(self, name: str) -> Floats:
        """Return a column as floats, NaN where it is empty."""
        return floats(self.table, name)


def read_plays(folder: Path, seasons: range) -> pa.Table:
    """Return all rows of the seasons, in the order of the files; raises SystemExit where the folder has none."""
    files = sorted(folder.glob("nfl_*.parquet"))
    tables = [pq.read_table(file, filters=[("season", "in", list(seasons))]) for file in files]
    found = [table.replace_schema_metadata() for table in tables if table.num_rows]
    if not found:
        raise SystemExit(f"no plays of {seasons[0]}-{seasons[-1]} in {folder}: name the folder of nfl_*.parquet with --data")
    return pa.concat_tables(found).combine_chunks()


def scored(plays: pa.Table, *, overtime: bool = False) -> Rows:
    """Keep scrimmage moments of quarters 1-4 (or of overtime) of games that somebody won."""
    quarter = pc.greater(plays["qtr"], 4) if overtime else pc.less_equal(plays["qtr"], 4)
    keep = [quarter, pc.is_valid(plays["down"]), pc.is_in(plays["play_type"], pa.array(SCRIMMAGE)), pc.not_equal(plays["posteam_won"], 0.5)]
    chosen = keep[0]
    for condition in keep[1:]:
        chosen = pc.and_(chosen, pc.fill_null(condition, False))  # noqa: FBT003 - Arrow's signature
    return as_rows(plays.filter(chosen))


def as_rows(table: pa.Table) -> Rows:
    """Take a table's columns."""
    return Rows(
        table,
        games=np.asarray(table["game_id"].to_pylist()),
        quarter=floats(table, "qtr").astype(int),
        won=floats(table, "posteam_won"),
        home=pc.equal(table["posteam"], table["home_team"]).to_numpy().astype(float),
        margin=floats(table, "score_differential"),
        time_left=floats(table, "game_seconds_remaining") / 3600,
        field_position=100 - floats(table, "yardline_100"),
    )


def floats(table: pa.Table, name: str) -> Floats:
    """Return a column as floats, NaN where it is empty."""
    return table[name].cast(pa.float64()).to_numpy()
