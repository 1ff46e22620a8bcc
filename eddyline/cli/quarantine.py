"""`eddyline quarantine`: look at refused records, find out why, and send them again once the cause is gone."""

import dataclasses
import json
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from eddyline import log
from eddyline.cli.quarantine_words import EXPLAINED, MOST_MAPPINGS, advice_lines, facts, readable, row, told
from eddyline.contracts.places import Place, read_place
from eddyline.contracts.reasons import Reason
from eddyline.contracts.repair.mapping import NO_MAPPING, Mapping, mapping_schema, read_mapping
from eddyline.errors import SettingsError
from eddyline.lake.catalog import open_catalog
from eddyline.lake.quarantine import items
from eddyline.lake.quarantine.advice import LOOKED_AT, Advice, advise
from eddyline.lake.quarantine.items import Choice, Group, State, open_items
from eddyline.lake.quarantine.records import Quarantined, read_items, read_record
from eddyline.lake.quarantine.replay import Asked, Replayed, sha256_of
from eddyline.lake.quarantine.replay import replay as replay_records
from eddyline.settings import Settings, load

app = typer.Typer(help="Records that could not become events: why, and how to repair them.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print it for programs.")]
PlaceArgument = Annotated[str, typer.Argument(metavar="PLACE", help="Where the record stands, topic:partition:offset as `list` shows it.")]


@app.command("list")
def list_items(
    everything: Annotated[bool, typer.Option("--all", help="Show those that were repaired or sent again, too.")] = False,  # noqa: FBT002 - a flag
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Count the records by reason, with an example each."""
    counted = items.groups(load())
    found = [group for group in counted if everything or group.state is State.OPEN]
    if as_json:
        typer.echo(json.dumps([_group_as_dict(group) for group in found], indent=1))
        return
    console = Console()
    if found:
        table = Table("state", "reason", "refused by", "records", "attempts", "first", "last", "example", header_style="bold")
        for group in found:
            table.add_row(*(Text(cell) for cell in row(group)))
        console.print(table)
        console.print("`eddyline quarantine explain REASON` says what each means, and what may be done.", soft_wrap=True)
    else:
        console.print("Nothing was ever quarantined." if everything else "Nothing is open in the quarantine.")
    others = {state: sum(group.records for group in counted if group.state is state) for state in (State.SENT, State.REPAIRED)}
    if not everything and any(others.values()):
        console.print(f"{others[State.REPAIRED]:,} repaired, {others[State.SENT]:,} sent and not landed yet: --all shows them.", soft_wrap=True)


@app.command()
def show(place: PlaceArgument, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Show one record whole: its bytes, where it came from, and every attempt to replay it."""
    settings = load()
    record = _record(settings, place)
    state, attempts = items.state_of(settings, record.place), items.attempts_of(settings, record.place)
    if as_json:
        about = dataclasses.asdict(record) | {"place": str(record.place), "headers": record.headers and readable(record.headers)}
        typer.echo(json.dumps(about | {"state": state and state["state"], "attempts": attempts}, indent=1, default=readable))
        return
    console = Console()
    for name, value in facts(record, state):
        console.print(Text.assemble((f"{name:>12}  ", "bold"), value), soft_wrap=True)
    for each in attempts:
        became = f"failed as {each['reason']}: {each['detail']}" if each["outcome"] == "failed" else f"{each['outcome']} as event {each['event_id']}"
        console.print(Text(f"   attempt {each['attempt']}  {each['landed_at']:%Y-%m-%d %H:%M} {became}"), soft_wrap=True)
    if state and state["state"] == State.OPEN and state["attempts"]:
        console.print(Text(f"attempt {state['attempts']} failed: {state['reason']}: {state['detail'] or ''}", "bold"), soft_wrap=True)


@app.command()
def explain(
    what: Annotated[str, typer.Argument(metavar="PLACE|REASON", help="A record's topic:partition:offset, or a reason.")],
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Say what a refusal means, what may be done, and with which mapping file the records become events."""
    settings = load()
    if what in set(Reason):
        found = _open_records(settings, Choice(reason=what))
        reason, head = Reason(what), {"reason": what}
    else:
        record = _record(settings, what)
        found = _open_records(settings, Choice(places=frozenset({record.place}))) or [record]
        reason, head = found[0].reason, {"place": str(record.place), "reason": found[0].reason, "detail": record.detail or ""}
    advice = advise(found)
    if len(found) == 1 and advice.rejected:
        reason, head = advice.rejected.reason, head | {"reason": advice.rejected.reason, "detail": advice.rejected.detail}
    if as_json:
        typer.echo(json.dumps(head | {"meaning": EXPLAINED[reason]} | _advice_as_dict(advice), indent=1))
        return
    typer.echo(": ".join(part for part in (head.get("place"), head["reason"], head.get("detail")) if part) + ".")
    for line in advice_lines(advice, EXPLAINED[reason]):
        typer.echo(line)


@app.command()
def replay(  # noqa: PLR0917 - typer reads options from the arguments
    reason: Annotated[Reason | None, typer.Option(help="Only records that fail for this reason by now.")] = None,
    event_id: Annotated[
        list[str] | None, typer.Option("--id", metavar="ID", help="Only records with this event id or place; may be given several times.")
    ] = None,
    since: Annotated[datetime | None, typer.Option(help="Only records that came since then (UTC).")] = None,
    mapping: Annotated[Path | None, typer.Option(metavar="FILE", help="Mapping file, TOML or JSON, that makes events of them: rename, cast, default.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and send nothing.")] = False,  # noqa: FBT002 - a flag
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Send open records to their topic again, with their own id and time; each lands once, however often this runs.

    What is no event by the present contract and the mapping file stays, with the attempt written down.
    """
    log.configure("quarantine")
    named = {text: read_place(text) for text in event_id or ()}
    choice = Choice(reason, since and since.replace(tzinfo=UTC), frozenset(named), frozenset(place for place in named.values() if place))
    replayed = _replay(load(), Asked(choice, *_read_mapping(mapping), dry_run=dry_run))
    if as_json:
        counts = {"sent": replayed.sent, "landed_already": replayed.landed, "failed": replayed.failed.total(), "failed_by_reason": dict(replayed.failed)}
        typer.echo(json.dumps({"dry_run": dry_run} | counts, indent=1))
        return
    for line in told(replayed, dry_run=dry_run):
        typer.echo(line)


@app.command()
def schema() -> None:
    """Print what a mapping file may say, as JSON Schema: editors complete and check by it."""
    typer.echo(json.dumps(mapping_schema(), indent=1))


def _replay(settings: Settings, asked: Asked) -> Replayed:
    columns = TextColumn("replaying"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=None)
        return replay_records(settings, asked, lambda done, total: bar.update(task, completed=done, total=total))


def _read_mapping(path: Path | None) -> tuple[Mapping, str | None]:
    if path is None:
        return NO_MAPPING, None
    try:
        text = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"--mapping {path} cannot be read: {error.strerror}") from error
    return read_mapping(text, toml=path.suffix.lower() != ".json"), sha256_of(text)


def _record(settings: Settings, text: str) -> Quarantined:
    place = _place(text)
    with closing(open_catalog(settings.lake)) as catalog:
        record = read_record(catalog, place)
    if record is None:
        raise SettingsError(f"no quarantined record stands at {place}; `eddyline quarantine list` shows examples")
    return record


def _open_records(settings: Settings, choice: Choice) -> list[Quarantined]:
    found = open_items(settings, choice, LOOKED_AT)
    with closing(open_catalog(settings.lake)) as catalog:
        return list(read_items(catalog, found))


def _place(text: str) -> Place:
    place = read_place(text)
    if place is None:
        raise SettingsError(f"{text!r} is neither a place, like events:0:12, nor a reason: {', '.join(Reason)}")
    return place


def _advice_as_dict(advice: Advice) -> dict[str, Any]:
    mappings = [{"repairs": count, "mapping": mapping} for mapping, count in advice.mappings.most_common(MOST_MAPPINGS)]
    return {"looked_at": advice.looked_at, "events_now": advice.events_now, "mappings": mappings}


def _group_as_dict(group: Group) -> dict[str, Any]:
    return dataclasses.asdict(group) | {"first_at": group.first_at.isoformat(), "last_at": group.last_at.isoformat(), "example": str(group.example)}
