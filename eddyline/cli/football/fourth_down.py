"""`eddyline football fourth-down`: what every option of each fourth down was worth."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import typer

from eddyline.football.artefacts import load
from eddyline.football.artefacts.fourth_down import load as load_fourth_down
from eddyline.football.fourth_down.advice import TOSS_UP
from eddyline.football.fourth_down.options import OPTIONS
from eddyline.plays.answers import write_answers
from eddyline.plays.fourth_downs import advise_plays, read_fourth_downs


def fourth_down(
    plays: Annotated[Path, typer.Option("--plays", metavar="IN.parquet", help="Plays in the columns of nfl_*.parquet, or of nflverse.")],
    out: Annotated[Path, typer.Option("--out", metavar="OUT.parquet", help="Where the answers go, a row a fourth down.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the report for programs.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Say for each fourth down what going for it, a field goal and a punt are worth, which is best, by how much, and how sure that is."""
    table = advise_plays(read_fourth_downs(plays), load_fourth_down(), load())
    write_answers(table, out)
    report = _report(table) | {"out": str(out)}
    sys.stdout.write(json.dumps(report, indent=1) + "\n" if as_json else _sentences(report))


def _report(table: pa.Table) -> dict[str, Any]:
    best, confidence = np.asarray(table["best"].to_pylist(), dtype=np.str_), table["confidence"].to_numpy()
    counts = {str(option): int((best == option).sum()) for option in OPTIONS}
    return {"fourth_downs": table.num_rows, "best": counts, "toss_ups": int((confidence < TOSS_UP).sum())}


def _sentences(report: dict[str, Any]) -> str:
    best = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in report["best"].items())
    lines = [
        f"{report['fourth_downs']:,} fourth downs in {report['out']}; best: {best}",
        f"{report['toss_ups']:,} of them are toss-ups: fewer than {TOSS_UP:.0%} of the refits agree on the best option",
    ]
    return "\n".join(lines) + "\n"
