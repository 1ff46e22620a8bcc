"""A backup on disk: one JSON file with the catalog's rows, and a copy of each table's metadata beside it."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any

from eddyline.errors import SettingsError

FORMAT = 1
_FILE = "backup.json"


@dataclass(frozen=True, slots=True)
class SavedTable:
    """A row of the catalog, and what the table was like; `file` is the copy of its metadata."""

    namespace: str
    name: str
    metadata_location: str
    file: str
    rows: int

    @property
    def identifier(self) -> str:
        """The name in SQL, without the catalog."""
        return f"{self.namespace}.{self.name}"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds; `left_out` names what it does not, secrets above all."""

    made_at: str
    made_by: str
    tables: tuple[SavedTable, ...]
    namespaces: tuple[dict[str, str | None], ...]
    files: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to fill that gets its name only when all is in it, readable for its owner only.

    Raises SettingsError when there is something of that name.
    """
    if folder.exists():
        raise SettingsError(f"{folder} exists; name a folder that does not, a backup is never written over")
    part = folder.with_name(f"{folder.name}.part")
    rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    try:
        yield part
        part.replace(folder)
    finally:
        rmtree(part, ignore_errors=True)


def write(folder: Path, backup: Backup) -> None:
    """Write the backup's own file; the others are in the folder."""
    keep(folder / _FILE, json.dumps({"format": FORMAT, **asdict(backup)}, indent=1).encode())


def keep(file: Path, content: bytes) -> None:
    """Write a file for its owner only, whole and on disk."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
        output.write(content)
        output.flush()
        os.fsync(output.fileno())


def read(folder: Path) -> Backup:
    """Read a backup.

    Raises SettingsError when the folder has none, or one of another format.
    """
    try:
        found: dict[str, Any] = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        if found.pop("format") != FORMAT:
            raise SettingsError(f"the backup in {folder} has another format: restore it with the Eddyline that made it")
        tables = tuple(SavedTable(**table) for table in found["tables"])
        return Backup(found["made_at"], found["made_by"], tables, tuple(found["namespaces"]), tuple(found["files"]), tuple(found["left_out"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{folder} holds no backup that can be read ({type(error).__name__}); `eddyline backup` makes one") from error
