"""`eddyline football chart`: a game's win probability in the terminal, and as a picture."""

import json
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from eddyline.cli.football.game_argument import File, GameId, NoSpread, writing
from eddyline.errors import PlaysError
from eddyline.football.chart_data import chart_data
from eddyline.plays.chart_terminal import draw
from eddyline.plays.games import read_game

NARROWEST, WIDEST = 60, 120
PICTURES = {".png", ".svg", ".pdf"}


def chart(
    file: File,
    game: GameId = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.png", help="Write a picture, too: .png, .svg or .pdf.")] = None,
    no_spread: NoSpread = False,  # noqa: FBT002 - a flag
    as_json: Annotated[bool, typer.Option("--json", help="Print timestamps, home_wp, away_wp and tie_wp for programs.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Draw how each team's chance to win went, with the plays that moved it most."""
    if out is not None and out.suffix.lower() not in PICTURES:
        raise PlaysError(f"{out}: nobody knows how to draw {out.suffix or 'a file without an ending'}; name a file that ends in .png, .svg or .pdf")
    course = read_game(file, game, use_spread=not no_spread)
    if out is not None:
        # matplotlib takes half a second to import, which no other command should wait for.
        from eddyline.plays.chart_png import save  # noqa: PLC0415

        with writing(out):
            save(course, out)
    if as_json:
        sys.stdout.write(json.dumps(chart_data(course)) + "\n")
        return
    width = min(max(shutil.get_terminal_size((80, 24)).columns, NARROWEST), WIDEST)
    typer.echo(draw(course, width, plain=not _shows_braille()))
    if out is not None:
        typer.echo(f"\nThe picture is in {out}.")


def _shows_braille() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
