"""The jars of Kafka and Spark, downloaded once into a cache folder outside the checkout and checked against `jars.lock`.

`python -m eddyline.stack.jars` prints those that Spark needs for the settings' storage, for `spark-submit --jars`.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import filelock
import platformdirs

from eddyline.errors import EddylineError, SetupError
from eddyline.settings import Settings, load
from eddyline.stack import disk, ivy
from eddyline.stack.jar_lock import LOCK_FILE, Jar, read_lock

DEFAULT_CONFIGURATIONS = ("kafka", "spark")
POLL_S = 0.1
# For Ivy's own notes beside the files.
MARGIN_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a download is."""

    files_done: int
    files: int
    bytes_done: int
    bytes: int


OnProgress = Callable[[Progress], None]


def cache_folder() -> Path:
    """Return where downloads are kept: `EDDYLINE_CACHE`, else the user's cache folder."""
    return Path(os.environ.get("EDDYLINE_CACHE") or platformdirs.user_cache_dir("eddyline", appauthor=False)).expanduser().absolute()


def fetch(*configurations: str, cache: Path | None = None, on_progress: OnProgress | None = None, lock: Path = LOCK_FILE) -> list[Path]:
    """Download what is missing or damaged, check every file against the lock, and return the files.

    What is there and right is not downloaded again, also after an interruption.
    Raises SetupError when offline, when the disk is full, or when a file is not what the lock says.
    """
    cache = cache or cache_folder()
    jars = read_lock(configurations or DEFAULT_CONFIGURATIONS, lock)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(cache / "fetch.lock"):
            missing = list({jar.artifact: jar for jar in jars if not jar.is_at(place_of(jar, cache))}.values())
            if missing:
                _download(missing, cache, on_progress or (lambda _: None))
    except OSError as error:
        raise SetupError(f"could not write to {cache}: {error.strerror}; free some space or set EDDYLINE_CACHE to another folder") from error
    return [place_of(jar, cache) for jar in jars]


def installed(configuration: str, cache: Path | None = None) -> list[Path]:
    """Return the files of a configuration.

    Raises SetupError when one is missing.
    """
    cache = cache or cache_folder()
    jars = read_lock([configuration])
    missing = [jar for jar in jars if not jar.has_size_of(place_of(jar, cache))]
    if missing:
        first = missing[0].artifact.file_name
        raise SetupError(
            f"{len(missing)} of {len(jars)} files for {configuration} are not in {cache} ({first} ...); run `python -m eddyline.stack.fetch` to download them"
        )
    return [place_of(jar, cache) for jar in jars]


def class_path(configuration: str, cache: Path | None = None) -> str:
    """Return the Java class path of a configuration."""
    return os.pathsep.join(str(path) for path in installed(configuration, cache))


def for_spark(settings: Settings, cache: Path | None = None) -> list[Path]:
    """Return what Spark needs for the storage of these settings.

    Raises SetupError when a file is missing.
    """
    return [*installed("spark", cache), *(installed("s3", cache) if settings.lake.is_on_s3 else [])]


def place_of(jar: Jar, cache: Path) -> Path:
    """Return where a file is kept."""
    return cache / "jars" / jar.artifact.file_name


def _download(jars: Sequence[Jar], cache: Path, on_progress: OnProgress) -> None:
    folder = cache / "ivy"
    left = [jar for jar in jars if not _take(jar, folder, cache)]
    _need_space(left, cache)
    shards: dict[str, list[Jar]] = {}
    for jar in left:
        shards.setdefault(jar.configuration, []).append(jar)
    _run_ivy(shards, folder, lambda: on_progress(_progress(jars, folder, cache)))
    damaged = [jar for jar in left if (path := ivy.cached(jar.artifact, folder)).is_file() and not jar.is_at(path)]
    missing = [jar for jar in left if not _take(jar, folder, cache)]
    on_progress(_progress(jars, folder, cache))
    if damaged:
        raise SetupError(f"{damaged[0].artifact.file_name} came with another checksum than {LOCK_FILE.name} has; it is not used, run the command again")
    if missing:
        raise SetupError(_why_missing(missing, len(jars), folder, shards))


def _need_space(left: Sequence[Jar], cache: Path) -> None:
    needed, free = sum(jar.size for jar in left) + MARGIN_BYTES, disk.free_bytes(cache)
    if free < needed:
        raise SetupError(
            f"the downloads need {needed / 1e6:.0f} MB in {cache} and {free / 1e6:.0f} MB are free; free some, or set EDDYLINE_CACHE to another folder"
        )


def _run_ivy(shards: Mapping[str, Sequence[Jar]], folder: Path, tick: Callable[[], None]) -> None:
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for name, shard in shards.items():
            processes.append(ivy.start([jar.artifact for jar in shard], folder, name))
        while any(process.poll() is None for process in processes):
            tick()
            time.sleep(POLL_S)
    finally:
        _end(processes)


def _take(jar: Jar, folder: Path, cache: Path) -> bool:
    downloaded, place = ivy.cached(jar.artifact, folder), place_of(jar, cache)
    if jar.is_at(downloaded):
        place.parent.mkdir(parents=True, exist_ok=True)
        downloaded.replace(place)
        return True
    downloaded.unlink(missing_ok=True)
    return False


def _progress(jars: Sequence[Jar], folder: Path, cache: Path) -> Progress:
    done = [jar for jar in jars if jar.has_size_of(place_of(jar, cache)) or jar.has_size_of(ivy.cached(jar.artifact, folder))]
    return Progress(len(done), len(jars), sum(jar.size for jar in done) + sum(_partial(jar, folder) for jar in jars), sum(jar.size for jar in jars))


def _partial(jar: Jar, folder: Path) -> int:
    whole = ivy.cached(jar.artifact, folder)
    try:
        return whole.with_name(whole.name + ".part").stat().st_size
    except OSError:
        return 0


def _why_missing(missing: Sequence[Jar], asked: int, folder: Path, shards: Iterable[str]) -> str:
    logs = "".join(ivy.log_of(folder, name).read_text(encoding="utf-8", errors="replace") for name in shards)
    first = missing[0].artifact.file_name
    return f"could not download {len(missing)} of {asked} files ({first} ...): {ivy.reason_of_failure(logs)}; run the command again, what came is kept"


def _end(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.wait()


def main() -> None:
    """Print the value of `spark.jars`: `spark-submit --jars "$(python -m eddyline.stack.jars)" ...`."""
    try:
        sys.stdout.write(f"{','.join(str(path) for path in for_spark(load()))}\n")
    except EddylineError as error:
        sys.exit(f"eddyline: {error}")


if __name__ == "__main__":
    main()
