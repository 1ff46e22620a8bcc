"""`eddyline status`: how the running stack does."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from eddyline import settings
from eddyline.stack.status import Landing, Status, status_of


def status(as_json: Annotated[bool, typer.Option("--json", help="Print it for programs.")] = False) -> None:  # noqa: FBT002 - a flag
    """Show the running stack: memory, rows a second, offsets behind, last commit."""
    found = status_of(settings.load())
    if as_json:
        typer.echo(json.dumps(found.as_json(), default=str, indent=1))
    else:
        _print(found)
    if not (found.ready and all(component.is_running for component in found.components)):
        raise typer.Exit(1)


def _print(found: Status) -> None:
    console = Console()
    table = Table("component", "process", "memory", "", header_style="bold")
    for component in found.components:
        table.add_row(component.name, str(component.pid), f"{component.memory_mb:.0f} MB", "runs" if component.is_running else "is not there")
    table.add_row("together", "", f"{found.memory_mb:.0f} MB", "ready" if found.ready else "starting")
    console.print(table)
    for name, address in found.addresses.items():
        console.print(f"{name}: {address}", highlight=False)
    console.print(_landing_line(found.landing), highlight=False)


def _landing_line(landing: Landing | None) -> str:
    if landing is None:
        return "the landing job does not answer yet"
    behind = "unknown" if landing.offsets_behind is None else f"{landing.offsets_behind:,}"
    commit = f"{landing.last_commit_at:%Y-%m-%d %H:%M:%S} UTC" if landing.last_commit_at else "none yet"
    return (
        f"landing: {landing.rows_per_s:,.0f} rows/s, {behind} offsets behind, last commit {commit}; "
        f"since its start {landing.rows:,} rows, {landing.quarantined:,} of them to quarantine, {landing.resends:,} resends"
    )
