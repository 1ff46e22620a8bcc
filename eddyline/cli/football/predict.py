"""`eddyline football predict`: both teams' chances before every play of a file."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from eddyline.football.artefacts import load
from eddyline.plays.answers import write_answers
from eddyline.plays.prediction import predict as predict_plays
from eddyline.plays.tables import MOMENT_COLUMNS, read_plays


def predict(
    plays: Annotated[Path, typer.Option("--plays", metavar="IN.parquet", help="Plays in the columns of nfl_*.parquet, or of nflverse.")],
    out: Annotated[Path, typer.Option("--out", metavar="OUT.parquet", help="Where the chances go: game_id, seq, home_wp, home_wp_spread, tie_wp.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the report for programs.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Say how likely the home team was to win before each play, without and with the spread, and how likely a tie; a row a row of the input."""
    table = predict_plays(read_plays(plays, MOMENT_COLUMNS), load())
    write_answers(table, out)
    report = {"rows": table.num_rows, "games": len(table["game_id"].unique()), "out": str(out)}
    sys.stdout.write(json.dumps(report) + "\n" if as_json else f"{report['rows']:,} rows of {report['games']:,} games in {out}\n")
