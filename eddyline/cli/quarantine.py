"""`eddyline quarantine`: look at refused records, find out why, and send them again once the cause is gone."""

import dataclasses
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from eddyline import log
from eddyline.cli.quarantine_words import EXPLAINED, readable
from eddyline.contracts.places import Place, read_place
from eddyline.contracts.reasons import Reason
from eddyline.contracts.repair.mapping import NO_MAPPING, Mapping, read_mapping, write_mapping
from eddyline.contracts.repair.suggestion import suggest
from eddyline.contracts.verdicts import Accepted, Rejected
from eddyline.errors import SettingsError
from eddyline.lake.catalog import open_catalog
from eddyline.lake.quarantine import items
from eddyline.lake.quarantine.items import Group, State
from eddyline.lake.quarantine.records import Quarantined, read_record
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
    found = [group for group in items.groups(load()) if everything or group.state is State.OPEN]
    if as_json:
        typer.echo(json.dumps([_group_as_dict(group) for group in found], indent=1))
        return
    console = Console()
    if not found:
        console.print("Nothing is open in the quarantine." if not everything else "Nothing was ever quarantined.")
        return
    table = Table("state", "reason", "refused by", "records", "attempts", "first", "last", "example", header_style="bold")
    for group in found:
        table.add_row(*_row(group))
    console.print(table)
    console.print(Text("eddyline quarantine explain PLACE says why, and what may be done."), soft_wrap=True)


@app.command()
def show(place: PlaceArgument, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Show one record whole: its bytes, where it came from, and every attempt to replay it."""
    settings = load()
    record = _record(settings, place)
    state, attempts = items.state_of(settings, record.place), items.attempts_of(settings, record.place)
    if as_json:
        facts = dataclasses.asdict(record) | {"place": str(record.place), "state": state and state["state"], "attempts": attempts}
        typer.echo(json.dumps(facts, indent=1, default=readable))
        return
    console = Console()
    for name, value in _facts(record, state):
        console.print(Text.assemble((f"{name:>12}  ", "bold"), value), soft_wrap=True)
    for each in attempts:
        console.print(Text(f"   attempt {each['attempt']}  {each['outcome']} {each['landed_at']:%Y-%m-%d %H:%M}: {each['detail'] or each['event_id']}"))


@app.command()
def explain(
    what: Annotated[str, typer.Argument(metavar="PLACE|REASON", help="A record's topic:partition:offset, or a reason.")],
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Say why a record was refused, what may be done, and with which mapping file it becomes an event."""
    if what in set(Reason):
        typer.echo(json.dumps({"reason": what, "meaning": EXPLAINED[Reason(what)]}) if as_json else EXPLAINED[Reason(what)])
        return
    record = _record(load(), what)
    decided = record.decide(record.value)
    rejected = decided if isinstance(decided, Rejected) and record.reason is not Reason.ID_CONFLICT else None
    refused = rejected or Rejected(record.reason, record.detail or "")
    mapping = None if isinstance(decided, Accepted) and record.reason is not Reason.ID_CONFLICT else suggest(record.value, refused, record.decide)
    if as_json:
        facts = {"place": str(record.place), "reason": refused.reason, "detail": refused.detail, "meaning": EXPLAINED[refused.reason]}
        typer.echo(json.dumps(facts | {"is_event_now": _is_event_now(record), "mapping": mapping and write_mapping(mapping)}, indent=1))
        return
    for line in _explained(record, refused, mapping):
        typer.echo(line)


@app.command()
def replay(  # noqa: PLR0917 - typer reads options from the arguments
    reason: Annotated[Reason | None, typer.Option(help="Only records that were refused for this reason.")] = None,
    event_id: Annotated[list[str] | None, typer.Option("--id", metavar="ID", help="Only records with this event id; may be given several times.")] = None,
    place: Annotated[list[str] | None, typer.Option(metavar="PLACE", help="Only the record at topic:partition:offset; may be given several times.")] = None,
    mapping: Annotated[Path | None, typer.Option(metavar="FILE", help="Mapping file, TOML or JSON, that makes events of them: rename, cast, default.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and send nothing.")] = False,  # noqa: FBT002 - a flag
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Send open records to their topic again, with their own id and time; each lands once, however often this runs.

    What is no event by the present contract and the mapping file stays, with the attempt written down.
    """
    log.configure("quarantine")
    asked = Asked(reason.value if reason else None, frozenset(event_id or ()), frozenset(map(_place, place or ())), *_read_mapping(mapping), dry_run=dry_run)
    replayed = _replay(load(), asked)
    if as_json:
        typer.echo(
            json.dumps({"dry_run": dry_run, "sent": replayed.sent, "failed": replayed.failed.total(), "failed_by_reason": dict(replayed.failed)}, indent=1)
        )
        return
    for line in _told(replayed, dry_run=dry_run):
        typer.echo(line)


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


def _told(replayed: Replayed, *, dry_run: bool) -> Iterator[str]:
    would = "would be " if dry_run else ""
    yield f"{replayed.sent:,} records {would}sent to their topic again" + ("." if dry_run else "; the landing job lands each once.")
    if replayed.failed:
        yield f"{replayed.failed.total():,} are still no event: {', '.join(f'{count:,} {reason}' for reason, count in replayed.failed.most_common())}."
        yield "`eddyline quarantine list` shows an example of each, `eddyline quarantine explain` what may be done."


def _record(settings: Settings, text: str) -> Quarantined:
    place = _place(text)
    with closing(open_catalog(settings.lake)) as catalog:
        record = read_record(catalog, place)
    if record is None:
        raise SettingsError(f"no quarantined record stands at {place}; `eddyline quarantine list` shows examples")
    return record


def _place(text: str) -> Place:
    place = read_place(text)
    if place is None:
        raise SettingsError(f"{text!r} is neither a place, like events:0:12, nor a reason: {', '.join(Reason)}")
    return place


def _is_event_now(record: Quarantined) -> bool:
    return isinstance(record.decide(record.value), Accepted)


def _explained(record: Quarantined, refused: Rejected, mapping: Mapping | None) -> Iterator[str]:
    yield f"{record.place} was refused by the {record.stage} as {record.reason}: {record.detail or 'no detail was given'}."
    yield EXPLAINED[refused.reason]
    if mapping is None:
        now = _is_event_now(record) and record.reason is not Reason.ID_CONFLICT
        yield "By the contract of now it is an event: `eddyline quarantine replay` sends it." if now else "No mapping suggests itself."
        return
    yield "With this mapping file it becomes an event; read it before you use it (`eddyline quarantine replay --mapping FILE --dry-run`):"
    yield ""
    yield write_mapping(mapping)


def _facts(record: Quarantined, state: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    yield "place", str(record.place)
    yield "state", f"{state['state']}, {state['attempts']} attempts" if state else "a replay that was refused again"
    yield "refused by", f"the {record.stage}, as {record.reason}: {record.detail or ''}"
    yield "event id", record.event_id or "none could be read"
    yield "tenant", record.tenant or "none could be read"
    yield "received at", record.received_at.isoformat()
    yield "headers", record.headers or "none"
    yield "value", f"{record.value_length:,} bytes" + ("" if record.is_whole else f", the first {len(record.value):,} of them kept")
    yield "", readable(record.value)


def _row(group: Group) -> Iterator[str]:
    yield from (group.state, group.reason, group.stage, f"{group.records:,}", str(group.attempts))
    yield from (f"{group.first_at:%Y-%m-%d %H:%M:%S}", f"{group.last_at:%Y-%m-%d %H:%M:%S}", f"{group.example}: {group.detail or ''}")


def _group_as_dict(group: Group) -> dict[str, Any]:
    return dataclasses.asdict(group) | {"first_at": group.first_at.isoformat(), "last_at": group.last_at.isoformat(), "example": str(group.example)}
