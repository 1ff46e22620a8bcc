"""`eddyline sql`: ask the lake."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import pyarrow.parquet
import typer
from rich.console import Console
from rich.table import Table

from eddyline import settings
from eddyline.cli.formats import as_csv, as_json, as_table
from eddyline.errors import QueryError
from eddyline.lake.queries import run_query
from eddyline.lake.query_files import AUDITS, QUERIES, find_query, query_files

WIDE = 10_000


class Engine(StrEnum):
    """What answers."""

    DUCKDB = "duckdb"
    TRINO = "trino"


class Format(StrEnum):
    """How the answer is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def sql(  # noqa: PLR0917 - typer reads options from the arguments
    query: Annotated[str | None, typer.Argument(help="A query in Trino's dialect, for example: SELECT count(*) FROM game.events")] = None,
    file: Annotated[str | None, typer.Option("--file", "-f", help="A file with the query, the bare name of one in sql/, or - for standard input.")] = None,
    engine: Annotated[Engine, typer.Option(help="What answers: DuckDB in this process, or the Trino server.")] = Engine.DUCKDB,
    format: Annotated[Format | None, typer.Option(help="How the answer is written; by default as the output's name says, else a table.")] = None,  # noqa: A002 - the option's name
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file instead of the screen.")] = None,
    limit: Annotated[int | None, typer.Option(min=0, help="Write at most so many rows.")] = None,
    list_files: Annotated[bool, typer.Option("--list", help="List the questions kept in sql/.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Ask the lake a question in Trino's dialect."""
    if list_files:
        _list_questions()
        return
    text = _text(query, file)
    chosen = _format(format, output)
    answer = run_query(text, settings.load(), engine.value).slice(0, limit)
    _write(answer, chosen, output)


def _list_questions() -> None:
    table = Table("name", "question", header_style="bold")
    for folder in (QUERIES, AUDITS):
        for file in query_files(folder):
            table.add_row(file.name, file.question)
    Console().print(table)


def _text(query: str | None, file: str | None) -> str:
    if (query is None) == (file is None):
        raise QueryError("give either a query or -f FILE; `eddyline sql --list` shows the files there are")
    if file == "-":
        return sys.stdin.read()
    return find_query(file).sql if file is not None else str(query)


def _format(asked: Format | None, output: Path | None) -> Format:
    chosen = asked or _by_name(output)
    if chosen is Format.PARQUET and output is None:
        raise QueryError("parquet needs a file: add --output FILE")
    return chosen


def _by_name(output: Path | None) -> Format:
    suffix = output.suffix.removeprefix(".") if output else ""
    return Format(suffix) if suffix in set(Format) else Format.TABLE


def _write(answer: pa.Table, chosen: Format, output: Path | None) -> None:
    try:
        if output is not None and chosen is Format.PARQUET:
            pa.parquet.write_table(answer, output, compression="zstd")
        elif output is not None:
            with output.open("w", encoding="utf-8") as target:
                _write_text(answer, chosen, Console(file=target, width=WIDE))
        else:
            # Only a terminal has a width to keep to.
            _write_text(answer, chosen, Console(width=None if sys.stdout.isatty() else WIDE))
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader, `head` perhaps, has seen enough; Python would complain once more when it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise QueryError(f"{output} cannot be written: {error.strerror}") from error


def _write_text(answer: pa.Table, chosen: Format, console: Console) -> None:
    if chosen is Format.TABLE:
        as_table(answer, console)
    else:
        console.file.write(as_csv(answer) if chosen is Format.CSV else as_json(answer))
