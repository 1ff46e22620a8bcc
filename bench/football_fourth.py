"""Whether the fourth-down advice agrees with the reference table, where that is clear."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.football_report import Line, verdict
from eddyline.football.fourth_down.advice import TOSS_UP
from eddyline.football.fourth_down.model import FourthDown
from eddyline.football.win_probability.model import WinProbability
from eddyline.plays.fourth_downs import advise_plays
from eddyline.plays.tables import Plays

BANDS = ((0.04, 1.0, 0.95, 0.975), (0.02, 0.04, 0.85, 0.90), (0.01, 0.02, 0.0, 0.0), (0.0, 0.01, 0.0, 0.0))


def compare(tested: Plays, reference: Path, model: FourthDown, chances: WinProbability) -> Iterator[Line]:
    """Yield how often our best option is the reference's, by the reference's margin."""
    ours, theirs = _joined(tested, pq.read_table(reference), model, chances)
    same = np.asarray(ours["best"].to_pylist()) == np.asarray(theirs["best"].to_pylist())
    margin, confidence = theirs["margin"].to_numpy(), ours["confidence"].to_numpy()
    for low, high, reach, stretch in BANDS:
        rows = (margin >= low) & (margin < high)
        share = float(same[rows].mean())
        goals = (f"{reach:.0%}", f"{stretch:.1%}", verdict(reached=share >= reach, stretch=share >= stretch)) if reach else ("", "", "")
        name = f"{low:.0%} and more" if high == 1 else f"{low:.0%} to {high:.0%}"
        toss_ups = float((confidence[rows] < TOSS_UP).mean())
        yield Line(f"same best option where the reference's margin is {name}, {rows.sum():,} fourth downs", f"{share:.1%} (toss-ups: {toss_ups:.0%})", *goals)
    clear = confidence >= TOSS_UP
    yield Line(f"same best option where we are sure ({clear.mean():.0%} of the fourth downs)", f"{same[clear].mean():.1%}")


def _joined(tested: Plays, reference: pa.Table, model: FourthDown, chances: WinProbability) -> tuple[pa.Table, pa.Table]:
    """Return our answers and the reference's for the same fourth downs, matched by game and play id."""
    fourth = tested.take(tested.scrimmage() & (tested.ints("down") == 4))
    keys = {key: row for row, key in enumerate(zip(fourth.texts("game_id"), fourth.ints("play_id"), strict=True))}
    at = [keys.get(key, -1) for key in zip(reference["game_id"].to_pylist(), reference["play_id"].to_pylist(), strict=True)]
    matched = np.flatnonzero(np.array(at) >= 0)
    asked = fourth.take(np.array(at)[matched].astype(np.intp))
    return advise_plays(asked, model, chances), reference.take(pa.array(matched))
