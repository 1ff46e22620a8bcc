"""Answers on the way out: a table for people, CSV, JSON and Parquet for programs."""

import base64
import csv
import io
import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from rich.console import Console
from rich.table import Table
from rich.text import Text


def as_table(answer: pa.Table, console: Console) -> None:
    """Print an answer as a table, numbers to the right."""
    table = Table(header_style="bold")
    for field in answer.schema:
        table.add_column(Text(field.name), justify="right" if _is_number(field.type) else "left", overflow="fold")
    for row in _rows(answer):
        table.add_row(*map(_cell, row))
    console.print(table)


def as_csv(answer: pa.Table) -> str:
    """Render an answer as CSV with a header; a NULL is an empty field."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(answer.column_names)
    writer.writerows(["" if value is None else _field(_plain(value)) for value in row] for row in _rows(answer))
    return text.getvalue()


def as_json(answer: pa.Table) -> str:
    """Render an answer as a JSON array with one object a row."""
    rows = [dict(zip(answer.column_names, map(_plain, row), strict=True)) for row in _rows(answer)]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def _cell(value: Any) -> Text:
    # What players typed shall neither be read as markup nor reach the terminal as a command to it.
    text = "NULL" if value is None else "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in str(_plain(value)))
    return Text(text, style="dim" if value is None else "")


def _rows(answer: pa.Table) -> Any:
    return zip(*(column.to_pylist() for column in answer.columns), strict=True)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _field(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict | bool) else value


def _plain(value: Any) -> Any:
    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value.tzinfo else value.isoformat()
        case date() | Decimal():
            return str(value)
        case bytes():
            return base64.b64encode(value).decode()
    return _plain_parts(value)


def _plain_parts(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return {key: _plain(part) for key, part in value.items()} if isinstance(value, dict) else value
