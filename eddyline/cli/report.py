"""`eddyline report`: make the page for the business."""

import json as json_text
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from eddyline import settings
from eddyline.report.render import render_report


def report(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the page to this file; by default .eddyline/report/report.html.")] = None,
    truth: Annotated[Path | None, typer.Option(help="What the generator made: the file of its --truth.")] = None,
    verify: Annotated[Path | None, typer.Option(help="What `eddyline verify --json` printed.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print where the page is as JSON.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Run the report notebook on the lake and write one HTML page that opens without a network."""
    began = monotonic()
    page = render_report(settings.load(), output, truth, verify)
    told = {"report": str(page.resolve()), "bytes": page.stat().st_size, "seconds": round(monotonic() - began, 1)}
    typer.echo(json_text.dumps(told) if json else f"{told['report']} ({told['seconds']} s)")
