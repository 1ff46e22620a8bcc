"""`eddyline backup` and `eddyline restore`: the catalog, the settings and the keys."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from eddyline import __version__, settings
from eddyline.cli.kept_settings import kept
from eddyline.errors import LeaseHeld, SettingsError, SetupError
from eddyline.lake.backup.catalog_backup import save_catalog
from eddyline.lake.backup.restoring import Restored, forget_folder, need_no_tables, plan_restore, restore_catalog
from eddyline.lake.backup.saved import Backup, keep, new_folder, read, write
from eddyline.lake.catalog import open_catalog
from eddyline.lake.lease import owned_names
from eddyline.settings import SETTINGS_FILE, Settings
from eddyline.stack import state

Folder = Annotated[Path, typer.Argument(help="The backup's folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print it for programs.")]
_WRITERS = {"landing", "players", "maintain"}


def backup(folder: Folder, as_json: Json = False) -> None:  # noqa: FBT002 - a flag
    """Save the catalog, the settings and the hashes of the API keys in a new folder; everything may run meanwhile.

    Tables' files and Kafka's log are not in it: they stay where they are. Secrets are not in it either; their names are told.
    """
    current, target = settings.load(), folder.expanduser().resolve()
    if target.is_relative_to(current.home.resolve()):
        raise SettingsError(f"{target} lies in the state folder and would be lost with it; choose a folder elsewhere")
    toml, secrets = kept(current)
    with new_folder(target) as part:
        tables, namespaces, views = save_catalog(open_catalog(current.lake), part)
        if toml:
            keep(part / SETTINGS_FILE, toml.encode())
        files = [name for name, file in _state_files(current).items() if file.is_file()]
        for name in files:
            keep(part / name, _state_files(current)[name].read_bytes())
        saved = Backup(datetime.now(UTC).isoformat(), __version__, tables, namespaces, tuple(files), (*views, *secrets))
        write(part, saved)
    if as_json:
        typer.echo(json.dumps(asdict(saved), indent=1))
        return
    typer.echo(f"saved {len(saved.tables)} tables with {sum(table.rows for table in saved.tables):,} rows, as they were at one moment, in {target}")
    for name in saved.left_out:
        typer.echo(f"not in it: {name}")


def restore(
    folder: Folder,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a catalog that holds tables, and files that are there.")] = False,  # noqa: FBT002
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be restored.")] = False,  # noqa: FBT002 - a flag
    as_json: Json = False,  # noqa: FBT002 - a flag
) -> None:
    """Give an empty catalog its tables back, and what else a backup holds; stop the jobs first.

    Each table gets the newest metadata on its storage: what landed after the backup is kept. Only if one of them is not whole, all go
    back to the backup, and what came later lands again from Kafka.
    """
    source = folder.expanduser().resolve()
    saved = read(source)
    if not dry_run:
        _put(source / SETTINGS_FILE, Path(SETTINGS_FILE), replace=replace)
    current = settings.load()
    _need_no_writers(current)
    catalog = open_catalog(current.lake)
    if not replace:
        need_no_tables(catalog)
    plan = plan_restore(catalog, saved, source)
    if not dry_run:
        for name, file in _state_files(current).items():
            _put(source / name, file, replace=replace)
        # First, for a checkpoint would go on beyond rows that are gone; without one the marks in the tables say what is missing.
        forget_folder(catalog, current.landing.checkpoints)
        restore_catalog(catalog, saved, plan, source)
    _print(plan, saved, as_json=as_json, dry_run=dry_run)


def _state_files(current: Settings) -> dict[str, Path]:
    return {"keys.json": Path(current.api.keys_file), "erasure.salt": current.home / "erasure.salt"}


def _put(saved: Path, file: Path, *, replace: bool) -> None:
    if not saved.is_file() or (file.is_file() and file.read_bytes() == saved.read_bytes()):
        return
    if file.is_file() and not replace:
        typer.echo(f"{file} is there and stays as it is; the backup's is {saved}", err=True)
        return
    keep(file, saved.read_bytes())


def _need_no_writers(current: Settings) -> None:
    running = state.running_on(current.home)
    if running and (jobs := sorted(_WRITERS & running.components.keys())):
        raise SetupError(f"{', '.join(jobs)} run on {current.home}; stop them: `eddyline down` (stores alone: `eddyline up --without landing`)")
    catalog = open_catalog(current.lake)
    if owned := owned_names(catalog.engine):
        raise LeaseHeld(f"a job owns {', '.join(owned)}; stop it first")


def _print(plan: list[Restored], saved: Backup, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        typer.echo(json.dumps([asdict(table) for table in plan], indent=1))
        return
    for table in plan:
        newer = "as it was saved" if table.as_saved else f"{table.newer_rows:+,} since the backup"
        typer.echo(f"{table.table}: {table.rows:,} rows, {newer}")
    if dry_run:
        typer.echo("nothing was restored: this was a dry run")
        return
    typer.echo("restored; the next `eddyline up` reads the topics from their beginning and lands what is missing, nothing twice")
    for name in saved.left_out:
        typer.echo(f"say again: {name}")
