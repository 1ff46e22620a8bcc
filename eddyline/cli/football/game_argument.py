"""The argument that names a game, and the options beside it."""

from pathlib import Path
from typing import Annotated

import typer

File = Annotated[Path, typer.Argument(metavar="GAME", help="A recorded game (FILE.events.jsonl.gz), or a Parquet file of plays with --game.")]
GameId = Annotated[str, typer.Option("--game", metavar="ID", help="The game in a Parquet file of plays: its game_id.")]
NoSpread = Annotated[bool, typer.Option("--no-spread", help="Leave the betting market's spread out, also where the file names it.")]
