"""`eddyline football sample`: made-up games, to try the other commands where no plays are at hand."""

import json
import sys
from pathlib import Path
from typing import Annotated

import pyarrow.compute as pc
import pyarrow.parquet as pq
import typer

from eddyline.plays.made_up import made_up_games


def sample(
    to: Annotated[Path, typer.Argument(metavar="OUT.parquet", help="The file to write.")],
    games: Annotated[int, typer.Option("--games", min=1, max=1000, help="How many games.")] = 16,
    seed: Annotated[int, typer.Option("--seed", help="The same seed makes the same games.")] = 26,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done for programs.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Make games up and write their plays, to try the other commands with; they teach nothing about football."""
    plays = made_up_games(games, seed)
    to.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(plays, to, compression="zstd")
    named: list[str] = pc.unique(plays["game_id"]).to_pylist()
    if as_json:
        sys.stdout.write(json.dumps({"file": str(to), "plays": len(plays), "games": named}) + "\n")
        return
    sys.stdout.write(f"{len(plays)} plays of {games} made-up games in {to}. Look at one:\n  eddyline football chart {to} --game {named[0]}\n")
