"""The argument that names a game, the options beside it, and the file that comes out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from eddyline.errors import PlaysError

File = Annotated[Path, typer.Argument(metavar="GAME", help="A recorded game (FILE.events.jsonl.gz), or a Parquet file of plays with --game.")]
GameId = Annotated[str, typer.Option("--game", metavar="ID", help="The game in a Parquet file of plays: its game_id.")]
NoSpread = Annotated[bool, typer.Option("--no-spread", help="Leave the betting market's spread out, also where the file names it.")]


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Make the file's folder, and say what to do where the file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as problem:
        raise PlaysError(f"{path} cannot be written ({problem.strerror or problem}); name a file in a folder that you may write to") from problem
