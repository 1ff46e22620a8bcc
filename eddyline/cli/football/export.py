"""`eddyline football export`: a game's plays with their values as a file."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from eddyline.cli.football.game_argument import File, GameId, NoSpread, writing
from eddyline.errors import PlaysError
from eddyline.plays.export import Format, write
from eddyline.plays.games import read_game


def export(
    file: File,
    to: Annotated[Path, typer.Option("--to", metavar="OUT", help="The file to write: .csv, .json or .parquet.")],
    game: GameId = "",
    no_spread: NoSpread = False,  # noqa: FBT002 - a flag
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done for programs.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Write a row a play: situation, chances before and after, expected points, success, fourth-down advice, players."""
    wanted = _format(to)
    course = read_game(file, game, use_spread=not no_spread)
    with writing(to):
        rows = write(course, to, wanted)
    report = {"rows": rows, "format": wanted.value, "file": str(to)}
    sys.stdout.write(json.dumps(report) + "\n" if as_json else f"{rows} plays in {to}\n")


def _format(path: Path) -> Format:
    try:
        return Format(path.suffix.lstrip(".").lower())
    except ValueError as error:
        raise PlaysError(
            f"{path}: nobody knows how to write {path.suffix or 'a file without an ending'}; name a file that ends in .csv, .json or .parquet"
        ) from error
