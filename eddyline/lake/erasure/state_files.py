"""Files of the state folder outside of every table, topic and store: they may name a player, too."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from eddyline.contracts.mentions import Evidence, Subject, concerns

# What is erased by its own means, holds no player of this folder's, or is another state folder.
_ELSEWHERE = frozenset({"broker", "catalog.db", "demo", "hdfs", "postgres", "proofs", "redis", "s3", "warehouse"})
# Made again by a command, or of no use once its process has gone.
_DISPENSABLE = ("report", "run")
_PIECE = 1 << 20


def files_about(subject: Subject, home: Path) -> list[Path]:
    """List the files that have the player's name in their bytes."""
    return sorted(path for path in _files(home) if _names(subject, path))


def remove_dispensable(paths: list[Path], home: Path) -> list[Path]:
    """Remove those of the files that nothing needs, and return them: reports, and what Spark left behind."""
    removed = [path for path in paths if path.relative_to(home).parts[0] in _DISPENSABLE]
    for path in removed:
        path.unlink(missing_ok=True)
    return removed


def remove_left_behind(home: Path, before: float) -> int:
    """Remove what Spark drivers left that were killed before an instant (seconds since 1970); return how many folders.

    Only for who owns the tables, so that no other driver works on them.
    """
    folder = home / "run" / "spark"
    old = [path for path in folder.iterdir() if path.stat().st_mtime < before] if folder.is_dir() else []
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return len(old)


def _files(home: Path) -> Iterator[Path]:
    for part in home.iterdir() if home.is_dir() else ():
        if part.name in _ELSEWHERE:
            continue
        yield from (path for path in (part.rglob("*") if part.is_dir() else (part,)) if path.is_file() and not path.is_symlink())


def _names(subject: Subject, path: Path) -> bool:
    name, before = subject.user.encode(), b""
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                text = before + piece
                if name in text and concerns(subject, Evidence(text, tenant=subject.tenant)):
                    return True
                before = text[-2 * len(name) :]
    except FileNotFoundError:
        return False  # it went while we looked
    return False
