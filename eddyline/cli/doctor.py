"""`eddyline doctor`: what keeps Eddyline from running here."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eddyline import settings
from eddyline.stack.doctor import Finding, examine


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print it for programs.")] = False) -> None:  # noqa: FBT002 - a flag
    """Look at Java, packages, jars, disk, state folder and ports, and say what mends what is wrong."""
    findings = examine(settings.load())
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        _print(findings)
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(1)


def _print(findings: list[Finding]) -> None:
    table = Table("", "what", "seen", "what mends it", header_style="bold")
    for finding in findings:
        sign = Text("ok", "green") if finding.is_well else Text("wrong", "red")
        table.add_row(sign, finding.what, Text(finding.seen), Text("" if finding.is_well else finding.mend))
    Console().print(table)
