"""Fourth downs from tables of plays: what every option was worth, as a table."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from eddyline.football.fourth_down.advice import Advice
from eddyline.football.fourth_down.conditions import Conditions
from eddyline.football.fourth_down.model import FourthDown
from eddyline.football.fourth_down.options import Option
from eddyline.football.win_probability.model import WinProbability
from eddyline.plays.tables import MOMENT_COLUMNS, Plays, read_plays

INDOOR = ("dome", "closed")
ABSENT = {"roof": pa.string(), "total_line": pa.float32()}  # columns that a file may lack: then nobody knows
SCHEMA = pa.schema(
    {
        "game_id": pa.string(),
        "seq": pa.int32(),
        "go_wp": pa.float64(),
        "field_goal_wp": pa.float64(),
        "punt_wp": pa.float64(),
        "best": pa.string(),
        "margin": pa.float64(),
        "confidence": pa.float64(),
    }
)
CHUNK = 250  # fourth downs at once: each has some thirty states, and each of those an answer of every refit


def read_fourth_downs(path: Path) -> Plays:
    """Read the fourth downs of a Parquet file of plays; PlaysError tells what is wrong with it."""
    plays = read_plays(path, [*MOMENT_COLUMNS, *_present(path)])
    return plays.take(plays.scrimmage() & (plays.ints("down") == 4))


def advise_plays(plays: Plays, model: FourthDown, chances: WinProbability) -> pa.Table:
    """Return a row for each of these fourth downs, in their order, from the view of the team with the ball; null is no option."""
    parts, places = [SCHEMA.empty_table()], [np.zeros(0, dtype=np.intp)]
    for rules, rows in plays.by_rules():
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            some = plays.take(chunk)
            parts.append(_table(some, model.advise(some.situations(), conditions(some, rules.season), rules, chances)))
            places.append(chunk)
    return pa.concat_tables(parts).take(pa.array(np.argsort(np.concatenate(places), kind="stable")))


def conditions(plays: Plays, season: int) -> Conditions:
    """Return what is known beside the situations of plays of one season; open air where the roof is not told."""
    there = set(plays.table.column_names)
    indoor = np.isin(plays.texts("roof"), INDOOR) if "roof" in there else np.zeros(len(plays), dtype=np.bool_)
    total = plays.floats("total_line") if "total_line" in there else np.full(len(plays), np.nan)
    return Conditions(season, indoor, total)


def _present(path: Path) -> list[str]:
    try:
        names = pq.read_schema(path).names
    except (OSError, pa.ArrowInvalid):
        return []  # read_plays says what is wrong
    return [name for name in ABSENT if name in names]


def _table(plays: Plays, advice: Advice) -> pa.Table:
    def wp(option: Option) -> pa.Array:
        return pa.array(advice.of(option), from_pandas=True)

    columns = {
        "game_id": plays.table["game_id"],
        "seq": plays.ints("seq"),
        "go_wp": wp(Option.GO),
        "field_goal_wp": wp(Option.FIELD_GOAL),
        "punt_wp": wp(Option.PUNT),
        "best": [str(name) for name in advice.names()],
        "margin": advice.margin,
        "confidence": advice.confidence,
    }
    return pa.table(columns).cast(SCHEMA)
