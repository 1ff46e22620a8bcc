"""`eddyline tables export`: a table as plain files, for readers without Iceberg."""

import dataclasses
import json
import sys
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from eddyline.lake.exporting.export import Wish, export_table
from eddyline.settings import load


class Format(StrEnum):
    """How the files are written."""

    PARQUET = "parquet"
    CSV = "csv"


class Layout(StrEnum):
    """How the files lie in the folder."""

    FOLDERS = "folders"
    FILES = "files"
    SINGLE = "single"


def export(  # noqa: PLR0917 - typer reads options from the arguments
    table: Annotated[str, typer.Argument(help="The table, namespace.name.")],
    to: Annotated[str, typer.Option("--to", metavar="DIR", help="A folder: a path, s3a://bucket/folder or hdfs://host:port/folder.")],
    format: Annotated[Format, typer.Option(help="How the files are written; in CSV, bytes become base64.")] = Format.PARQUET,  # noqa: A002 - the option's name
    layout: Annotated[
        Layout, typer.Option(help="A folder a day (column=value, as the table is partitioned), files side by side, or a single file.")
    ] = Layout.FOLDERS,
    replace: Annotated[bool, typer.Option("--replace", help="Replace whatever is in the folder.")] = False,  # noqa: FBT002 - a flag
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done for programs.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Write one snapshot of a table as plain files for readers without Iceberg; safe while the landing job runs."""
    wish = Wish(table, to, format.value, layout.value, replace)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        shown = bar.add_task(f"exporting {table}", total=None)
        done = export_table(load(), wish, lambda rows, total: bar.update(shown, completed=rows, total=total))
    if as_json:
        sys.stdout.write(json.dumps(dataclasses.asdict(done), indent=1, default=str) + "\n")
    else:
        typer.echo(f"{table}: {done.rows:,} rows in {done.files:,} files at {done.destination} (snapshot {done.snapshot_id or 'none'})")
