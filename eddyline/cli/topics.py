"""`eddyline topics`: the topics of the broker and how they keep records."""

import json
from contextlib import closing
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from eddyline import log, settings
from eddyline.contracts.topics import INPUT_TOPICS
from eddyline.kafka import topics
from eddyline.kafka.clients import connect

app = typer.Typer(help="The broker's topics.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print it for programs.")]


@app.command("list")
def list_topics(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """List the topics with their partitions and how many offsets they hold."""
    kafka = settings.load().kafka
    with closing(connect(kafka)) as records:
        found = {name: {"partitions": count, "offsets": _held(records.end_offsets(name))} for name, count in topics.list_topics(kafka).items()}
    if as_json:
        typer.echo(json.dumps(found, indent=1))
        return
    table = Table("topic", "partitions", "offsets held", header_style="bold")
    for name, facts in found.items():
        table.add_row(name, f"{facts['partitions']:,}", f"{facts['offsets']:,}")
    Console().print(table)


@app.command()
def create(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Create the input topics that are missing; exit code 1 if one is there but not as the settings say."""
    log.configure("topics")
    kafka = settings.load().kafka
    created = topics.create_topics(kafka)
    differences = topics.differences(kafka)
    if as_json:
        typer.echo(json.dumps({"created": created, "differences": differences}, indent=1))
    else:
        there = [topic.name for topic in INPUT_TOPICS if topic.name not in created]
        for line in [*(f"created {name}" for name in created), *(f"{name} is there" for name in there), *differences]:
            typer.echo(line)
    if differences:
        raise typer.Exit(1)


@app.command()
def describe(name: str, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Show a topic's configuration and the offsets of its partitions."""
    kafka = settings.load().kafka
    configuration = topics.describe_topic(kafka, name)
    with closing(connect(kafka)) as records:
        offsets = records.end_offsets(name)
    if as_json:
        typer.echo(json.dumps({"configuration": configuration, "offsets": offsets}, indent=1))
        return
    table = Table("setting", "value", header_style="bold")
    for setting in ("partitions", *topics.stated_configuration(kafka)):
        table.add_row(setting, configuration[setting])
    for partition, (start, end) in offsets.items():
        table.add_row(f"partition {partition}", f"offsets {start:,} to {end:,}")
    Console().print(table)


def _held(offsets: dict[int, tuple[int, int]]) -> int:
    return sum(end - start for start, end in offsets.values())
