"""`eddyline tables`: what the tables are made of, and their upkeep."""

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table as IcebergTable
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table

from eddyline.cli.export import export
from eddyline.contracts.tables import TABLES
from eddyline.lake.catalog import open_catalog
from eddyline.lake.expirable import expirable
from eddyline.lake.migration import migrate_tables
from eddyline.lake.table_facts import PartitionFacts, TableFacts, facts_of, need_tables, own_tables, partition_facts, table_names
from eddyline.lake.tables import create_tables
from eddyline.settings import PROJECT_ROOT, load

app = typer.Typer(help="The lake's tables.", no_args_is_help=True)
app.command()(export)
Json = Annotated[bool, typer.Option("--json", help="Print it for programs.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
Some = Annotated[list[str] | None, typer.Argument(help="Tables, namespace.name; none means all that Eddyline made.")]


@app.command()
def stats(
    tables: Annotated[list[str] | None, typer.Argument(help="Tables, namespace.name; none means all.")] = None,
    partitions: Annotated[bool, typer.Option("--partitions", help="Show each partition instead: its rows, files and bytes.")] = False,  # noqa: FBT002
    as_json: Json = False,  # noqa: FBT002 - a flag
) -> None:
    """Show rows, files, bytes, partitions and snapshots of tables."""
    facts: list[TableFacts] | list[PartitionFacts]
    if partitions:
        facts = [partition for name, table in _loaded(tables) for partition in partition_facts(name, table)]
    else:
        facts = [facts_of(name, table) for name, table in _loaded(tables)]
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(each) for each in facts], indent=1))
    else:
        _print(facts)


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
    tables: Some = None,
    min_files: Annotated[int | None, typer.Option(help="Leave a day alone that has fewer small files than this.", min=2)] = None,
    dry_run: DryRun = False,  # noqa: FBT002 - a flag
    as_json: Json = False,  # noqa: FBT002 - a flag
) -> None:
    """Rewrite the small files that streaming leaves into few; safe while the landing job runs."""
    if not dry_run:
        _maintain("compact", tables, as_json=as_json, min_files=min_files)
    enough = min_files or load().upkeep.min_files
    crowded = [each for name, table in _loaded(tables, own_tables) for each in partition_facts(name, table) if each.small_files >= enough]
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(each) for each in crowded], indent=1))
    elif crowded:
        _print(crowded)
    else:
        typer.echo("no day has enough small files")


@app.command()
def expire(
    tables: Some = None,
    keep: Annotated[int | None, typer.Option(min=1, help="Keep at least so many of the newest snapshots.")] = None,
    older_than: Annotated[float | None, typer.Option(min=0, metavar="HOURS", help="Remove snapshots older than this.")] = None,
    dry_run: DryRun = False,  # noqa: FBT002 - a flag
    as_json: Json = False,  # noqa: FBT002 - a flag
) -> None:
    """Remove old snapshots and the files that only they need; no row and no mark goes. Safe while the landing job runs."""
    if not dry_run:
        _maintain("expire", tables, as_json=as_json, keep=keep, snapshots_older_than=older_than)
    own = load().upkeep
    hours = own.snapshots_older_than_hours if older_than is None else older_than
    instant = datetime.now(UTC) - timedelta(hours=hours)
    found = {name: len(expirable(table.metadata, keep or own.keep_snapshots, instant)) for name, table in _loaded(tables, own_tables)}
    if as_json:
        typer.echo(json.dumps([{"table": name, "snapshots": count} for name, count in found.items()], indent=1))
        return
    for name, count in found.items():
        typer.echo(f"{name}: {count:,} snapshots would be removed")


@app.command()
def orphans(
    tables: Some = None,
    older_than: Annotated[float | None, typer.Option(min=24, metavar="HOURS", help="Leave files alone that are younger than this.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove them; without it they are only listed.")] = False,  # noqa: FBT002 - a flag
    as_json: Json = False,  # noqa: FBT002 - a flag
) -> None:
    """List the files that no snapshot names, left by writers that were killed, or remove them."""
    _maintain("orphans", tables, *([] if remove else ["--list-orphans"]), as_json=as_json, orphans_older_than=older_than)


def _maintain(chore: str, tables: list[str] | None, *flags: str, as_json: bool, **given: float | None) -> None:
    """Run the upkeep's job for one chore, and end as it does."""
    options = [f"--{name.replace('_', '-')}={value}" for name, value in given.items() if value is not None]
    command = [sys.executable, "streaming_jobs/maintain_tables.py", f"--only={chore}", *options, *flags, *(["--json"] if as_json else []), *(tables or [])]
    raise typer.Exit(subprocess.run(command, cwd=PROJECT_ROOT, check=False).returncode)


def _loaded(tables: list[str] | None, otherwise: Callable[[Catalog], list[str]] = table_names) -> Iterator[tuple[str, IcebergTable]]:
    catalog = open_catalog(load().lake)
    need_tables(catalog, tables or [])
    return ((name, catalog.load_table(name)) for name in tables or otherwise(catalog))


def _print(facts: list[TableFacts] | list[PartitionFacts]) -> None:
    rows = [_readable(each) for each in facts]
    shown = Table(header_style="bold")
    for name in rows[0] if rows else ["table"]:
        shown.add_column(name, justify="left" if name in {"table", "partition"} else "right")
    for row in rows:
        shown.add_row(*row.values())
    Console().print(shown)


def _readable(facts: TableFacts | PartitionFacts) -> dict[str, str]:
    if isinstance(facts, PartitionFacts):
        where = {"table": facts.table, "partition": facts.partition, "rows": f"{facts.rows:,}", "files": f"{facts.files:,}"}
        return where | {"small files": f"{facts.small_files:,}", "size": decimal(facts.bytes)}
    commit = datetime.fromtimestamp(facts.last_commit_ms / 1000, UTC).isoformat(" ", "seconds") if facts.last_commit_ms else "never"
    return {
        "table": facts.table,
        "rows": f"{facts.rows:,}",
        "files": f"{facts.files:,}",
        "partitions": f"{facts.partitions:,}",
        "most files in one": f"{facts.most_files:,}",
        "size": decimal(facts.bytes),
        "snapshots": f"{facts.snapshots:,}",
        "metadata files": f"{facts.metadata_files:,}",
        "last commit": commit,
    }
