"""`eddyline tables`: what the tables are made of, and their upkeep."""

import dataclasses
import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table

from eddyline.cli.export import export
from eddyline.contracts.tables import TABLES
from eddyline.lake.catalog import open_catalog
from eddyline.lake.migration import migrate_tables
from eddyline.lake.table_facts import table_facts
from eddyline.lake.tables import create_tables
from eddyline.settings import PROJECT_ROOT, load

app = typer.Typer(help="The lake's tables.", no_args_is_help=True)
app.command()(export)


@app.command()
def stats(as_json: Annotated[bool, typer.Option("--json", help="Print it for programs.")] = False) -> None:  # noqa: FBT002 - a flag
    """Show rows, files, bytes and snapshots of every table."""
    facts = table_facts(open_catalog(load().lake))
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(table) for table in facts], indent=1))
        return
    shown = Table("table", header_style="bold")
    for name in ("rows", "files", "size", "snapshots", "last commit"):
        shown.add_column(name, justify="right")
    for table in facts:
        commit = datetime.fromtimestamp(table.last_commit_ms / 1000, UTC).isoformat(" ", "seconds") if table.last_commit_ms else "never"
        shown.add_row(table.table, f"{table.rows:,}", f"{table.files:,}", decimal(table.bytes), f"{table.snapshots:,}", commit)
    Console().print(shown)


@app.command()
def create() -> None:
    """Create the tables that are missing; what is there stays as it is."""
    create_tables(open_catalog(load().lake))
    typer.echo(f"there are {', '.join(table.identifier for table in TABLES)}")


@app.command()
def migrate() -> None:
    """Add the columns that the contracts have and the tables lack; stop the landing job first."""
    added = migrate_tables(open_catalog(load().lake))
    for table, columns in added.items():
        typer.echo(f"{table}: added {', '.join(columns)}")
    if not added:
        typer.echo("every table has all its columns")


@app.command()
def compact(
    tables: Annotated[list[str] | None, typer.Argument(help="Tables, namespace.name; none means game.events and ops.quarantine.")] = None,
    min_files: Annotated[int, typer.Option(help="Leave a day alone that has fewer files than this.", min=2)] = 5,
) -> None:
    """Rewrite the small files that streaming leaves into few; safe while the landing job runs."""
    command = [sys.executable, "streaming_jobs/compact_tables.py", "--min-files", str(min_files), *(tables or [])]
    raise typer.Exit(subprocess.run(command, cwd=PROJECT_ROOT, check=False).returncode)
