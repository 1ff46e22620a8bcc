"""The state folder: whose layout it has, who runs on it, and what runs there now."""

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import filelock

from eddyline.errors import EddylineError, SetupError
from eddyline.stack import disk

LAYOUT = "1"
PARTS = frozenset(
    {"VERSION", "broker", "warehouse", "catalog.db", "chosen.json", "checkpoints", "logs", "report", "run", "trino", "demo", "proofs"}
    | {"redis", "s3", "hdfs", "postgres", "erasure.salt"}
)
# A broker, a catalog and a small warehouse; below it nothing should start.
NEEDED_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class RunningStack:
    """What a running stack tells about itself."""

    pid: int
    components: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    ready: bool = False
    settings: dict[str, dict[str, object]] = field(default_factory=dict)
    """Settings that lead to what runs; every later command on the folder takes them."""


@contextlib.contextmanager
def opened(home: Path, *, needed_bytes: int = NEEDED_BYTES) -> Iterator[None]:
    """Hold the state folder for one stack, making it where there is none.

    Raises SetupError when the folder has another layout, another stack runs on it, or the disk is full.
    """
    _need_space(home, needed_bytes)
    try:
        check_version(home)
        (home / "run").mkdir(parents=True, exist_ok=True)
        (home / "VERSION").write_text(LAYOUT + "\n", encoding="utf-8")
        with _lock(home):
            try:
                yield
            finally:
                _record(home).unlink(missing_ok=True)
    except EddylineError as error:
        # What fails first on a full disk rarely says so.
        if disk.is_full(home):
            raise SetupError(f"the disk of {home} is full; free some space, or set EDDYLINE_HOME to another folder") from error
        raise
    except OSError as error:
        raise SetupError(f"the state folder {home} cannot be used ({error.strerror}); free some space, or set EDDYLINE_HOME to another folder") from error


def check_version(home: Path) -> None:
    """Refuse a folder that is not ours or has the layout of another version."""
    version = home / "VERSION"
    if version.is_file():
        found = version.read_text(encoding="utf-8").strip()
        if found != LAYOUT:
            raise SetupError(
                f"the state folder {home} has layout {found!r}, this Eddyline uses {LAYOUT!r}: "
                "use the Eddyline that made it, set EDDYLINE_HOME to another folder, or delete its data with `eddyline reset`"
            )
    elif home.is_dir() and (strange := sorted({path.name for path in home.iterdir()} - PARTS)):
        raise SetupError(f"{home} is not Eddyline's (it holds {strange[0]!r}); set EDDYLINE_HOME to a folder of its own")


def reset(home: Path) -> None:
    """Delete what Eddyline keeps in the folder, and nothing else.

    Raises SetupError when a stack runs on it or the folder is not Eddyline's.
    """
    if not home.is_dir():
        return
    if not (home / "VERSION").is_file():
        check_version(home)
    with _lock(home):
        for part in sorted(PARTS - {"run"}):
            path = home / part
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    shutil.rmtree(home / "run", ignore_errors=True)


def tell(home: Path, running: RunningStack) -> None:
    """Write down what runs on the folder."""
    part = _record(home).with_suffix(".part")
    part.write_text(json.dumps(asdict(running)), encoding="utf-8")
    part.replace(_record(home))


def running_on(home: Path) -> RunningStack | None:
    """Return what runs on the folder, or None."""
    try:
        running = RunningStack(**json.loads(_record(home).read_text(encoding="utf-8")))
        os.kill(running.pid, 0)
    except (OSError, ValueError, TypeError):
        return None
    return running


@contextlib.contextmanager
def _lock(home: Path) -> Iterator[None]:
    (home / "run").mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(home / "run" / "stack.lock", timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise SetupError(f"another Eddyline runs on {home}; stop it with `eddyline down`, or set EDDYLINE_HOME to another folder") from error
    with lock:
        yield


def _need_space(home: Path, needed_bytes: int) -> None:
    free = disk.free_bytes(home)
    if free < needed_bytes:
        raise SetupError(f"the disk of {home} has {free / 1e6:.0f} MB left and Eddyline needs {needed_bytes / 1e6:.0f} MB; free some, or set EDDYLINE_HOME")


def _record(home: Path) -> Path:
    return home / "run" / "stack.json"
