"""`eddyline config`: the settings in use."""

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from eddyline import chosen, settings

MASK = "********"
app = typer.Typer(help="The settings in use.", no_args_is_help=True)
app.callback()(lambda: None)


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting, what it is, and where that was said."""

    name: str
    value: Any
    source: str


@app.command()
def show(as_json: Annotated[bool, typer.Option("--json", help="Print it for programs.")] = False) -> None:  # noqa: FBT002 - a flag
    """Show every setting and where it comes from; secrets are masked."""
    found = list(_settings())
    if as_json:
        typer.echo(json.dumps([asdict(setting) for setting in found], default=str, indent=1))
        return
    table = Table("variable", "value", "from", header_style="bold")
    for setting in found:
        table.add_row(setting.name, Text(str(setting.value)), setting.source)
    Console().print(table)


def _settings() -> Iterator[Setting]:
    found = settings.load()
    file = Path(settings.SETTINGS_FILE)
    sources = {
        "environment": {name.upper() for name in os.environ},
        "running stack": set(_names(chosen.of_running(found.home))),
        settings.SETTINGS_FILE: set(_names(tomllib.loads(file.read_text(encoding="utf-8")))) if file.is_file() else set(),
        "state folder": set(_names(chosen.for_good(found.home))),
    }
    for name, value in _flat(found.model_dump(), "EDDYLINE_"):
        source = next((source for source, names in sources.items() if name in names), "default")
        yield Setting(name, _masked(value), source)


def _names(values: Mapping[str, Any]) -> Iterator[str]:
    return (name for name, _ in _flat(values, "EDDYLINE_"))


def _flat(values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name.upper()}__")
        else:
            yield prefix + name.upper(), value


def _masked(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    # A database address may hold a password.
    if isinstance(value, str) and "://" in value and "@" in value:
        return _without_password(value)
    return value if isinstance(value, int | float | str) else str(value)


def _without_password(address: str) -> str:
    try:
        return make_url(address).render_as_string(hide_password=True)
    except ArgumentError:
        return MASK
