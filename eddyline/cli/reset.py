"""`eddyline reset`: delete the state folder's data."""

from typing import Annotated

import typer

from eddyline import settings
from eddyline.stack import state


def reset(yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:  # noqa: FBT002 - a flag
    """Delete every event, table and log of the state folder."""
    home = settings.load().home
    if not yes:
        typer.confirm(f"Delete every event, table and log in {home}?", abort=True)
    state.reset(home)
    typer.echo(f"{home} is empty")
