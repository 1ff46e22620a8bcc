"""`eddyline keys`: who may use the API."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from eddyline import settings
from eddyline.keys.credentials import ID_BYTES, PERMISSIONS, SECRET_BYTES, Key, make_key, revoke_key
from eddyline.keys.file import KeyFile

app = typer.Typer(help="The API's keys; only hashes of them are kept.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print it for programs.")]
LIMIT_HELP = "Most events, for example `100/second; 5000/minute`; without it, what the settings say."
DEAD_LETTER_HELP = "Most refused events that are kept, for example 1000/hour; without it, what the settings say."


@app.command()
def create(
    *,
    name: Annotated[str, typer.Option(help="What the key is for, for you to recognise it.")],
    tenant: Annotated[str, typer.Option(help="Whose events it sends; every event gets this tenant, whatever it says itself.")] = "public",
    limit: Annotated[str, typer.Option(help=LIMIT_HELP)] = "",
    dead_letters: Annotated[str, typer.Option("--dead-letters", help=DEAD_LETTER_HELP)] = "",
    may: Annotated[Literal["send", "read", "both"], typer.Option(help="What it may do: send events, read what the API answers, or both.")] = "both",
    as_json: AsJson = False,
) -> None:
    """Make a key and show it, once: it cannot be shown again. A running API takes it within a second."""
    allows = PERMISSIONS if may == "both" else (may,)
    key, token = make_key(os.urandom(ID_BYTES + SECRET_BYTES), _now(), name=name, tenant=tenant, allows=allows, limit=limit, dead_letter_limit=dead_letters)
    _file().change(lambda ring: (msgspec.structs.replace(ring, keys=(*ring.keys, key)), None))
    if as_json:
        typer.echo(json.dumps(_shown(key) | {"key": token}, indent=1))
        return
    typer.echo(f"{token}\n\nThis is the key `{name}` of tenant `{tenant}`. Keep it now: it is stored nowhere and cannot be shown again.")
    typer.echo(f"Send it as a header: `Authorization: Bearer <key>` or `X-Api-Key: <key>`. End it with: eddyline keys revoke {key.id}")


@app.command("list")
def list_keys(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """List the keys, without their secrets."""
    keys = _file().read().keys
    if as_json:
        typer.echo(json.dumps([_shown(key) for key in keys], indent=1))
        return
    table = Table(Column("id", no_wrap=True), "name", "tenant", "may", "limit", "dead letters", "created", "revoked", header_style="bold")
    for key in keys:
        cells = (key.id, key.name, key.tenant, " ".join(key.allows), key.limit, key.dead_letter_limit, key.created_at, key.revoked_at or "")
        table.add_row(*map(Text, cells))
    Console().print(table)


@app.command()
def revoke(key_id: Annotated[str, typer.Argument(metavar="ID", help="The key's id, as `eddyline keys list` shows it.")], as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """End a key; a running API refuses it within a second."""

    key = _file().change(lambda ring: revoke_key(ring, key_id, _now()))
    typer.echo(json.dumps(_shown(key), indent=1) if as_json else f"revoked {key.id} (`{key.name}` of tenant `{key.tenant}`)")


def _file() -> KeyFile:
    return KeyFile(Path(settings.load().api.keys_file))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _shown(key: Key) -> dict[str, object]:
    return {name: value for name, value in msgspec.structs.asdict(key).items() if name != "sha256"}
