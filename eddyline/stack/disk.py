"""Room on the disk."""

import shutil
from pathlib import Path

FULL_BYTES = 10_000_000


def free_bytes(path: Path) -> int:
    """Return what is free where the path is or will be."""
    existing = next(folder for folder in (path, *path.parents) if folder.exists())
    return shutil.disk_usage(existing).free


def is_full(path: Path) -> bool:
    """Tell whether next to nothing can be written there."""
    return free_bytes(path) < FULL_BYTES
