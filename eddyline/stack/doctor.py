"""Looks for what keeps Eddyline from running here, and says what mends each."""

import importlib.metadata
import sys
from collections.abc import Callable
from dataclasses import dataclass

from eddyline.errors import EddylineError, SetupError
from eddyline.settings import Settings
from eddyline.stack import disk, jars, java, ports, state
from eddyline.stack.local_stack import is_local, port_of

NEEDED_BYTES = 2_000_000_000
OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 14)
# These belong together (docs/decisions): one of another version breaks in ways that are hard to read.
PINNED = {"pyspark": "4.1.3", "pyiceberg": "0.12.0", "confluent-kafka": "2.16.1", "duckdb": "2.0.0"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is well, what was seen, and what mends it."""

    what: str
    is_well: bool
    seen: str
    mend: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; nothing is changed."""
    return [look(settings) for look in LOOKS]


def _python(_: Settings) -> Finding:
    version = sys.version_info[:2]
    return Finding("Python", OLDEST_PYTHON <= version <= NEWEST_PYTHON, sys.version.split()[0], "install Python 3.11 to 3.14 and run `make setup`")


def _java(_: Settings) -> Finding:
    try:
        found = java.find_java()
    except SetupError as error:
        return Finding("Java", is_well=False, seen="no Java 17 or 21", mend=str(error).splitlines()[0])
    return Finding("Java", is_well=True, seen=f"{java.version_of(found)} ({found})")


def _versions(_: Settings) -> Finding:
    wrong = [f"{name} {found}, not {wanted}" for name, wanted in PINNED.items() if (found := _installed(name)) != wanted]
    return Finding("packages", not wrong, "; ".join(wrong) or "the versions that were tested together", "run `make setup`")


def _installed(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "missing"


def _jars(_: Settings) -> Finding:
    try:
        count = sum(len(jars.installed(configuration)) for configuration in jars.DEFAULT_CONFIGURATIONS)
    except SetupError as error:
        return Finding("jars", is_well=False, seen=str(error).partition(";")[0], mend="run `python -m eddyline.stack.fetch`")
    return Finding("jars", is_well=True, seen=f"{count} in {jars.cache_folder()}")


def _disk(settings: Settings) -> Finding:
    free = disk.free_bytes(settings.home)
    return Finding("disk", free >= NEEDED_BYTES, f"{free / 1e9:.1f} GB free for {settings.home}", "free 2 GB, or set EDDYLINE_HOME to a folder on another disk")


def _state(settings: Settings) -> Finding:
    try:
        state.check_version(settings.home)
    except EddylineError as error:
        return Finding("state folder", is_well=False, seen=str(error), mend="see there")
    return Finding("state folder", is_well=True, seen=str(settings.home) if settings.home.is_dir() else f"{settings.home} (not made yet)")


def _ports(settings: Settings) -> Finding:
    if running := state.running_on(settings.home):
        return Finding("ports", is_well=True, seen=f"in use by our own stack, process {running.pid}")
    wanted = {"EDDYLINE_API__PORT": settings.api.port, "EDDYLINE_TRINO__PORT": settings.trino.port}
    wanted |= {"EDDYLINE_KAFKA__BOOTSTRAP_SERVERS": port_of(settings)} if is_local(settings) else {}
    taken = {name: port for name, port in wanted.items() if port and not ports.is_free(port)}
    seen = "; ".join(f"{port} is taken by {ports.owner_of(port)}" for port in taken.values())
    return Finding("ports", not taken, seen or ", ".join(map(str, wanted.values())) + " are free", f"stop it, or set {', '.join(taken)} to another")


LOOKS: tuple[Callable[[Settings], Finding], ...] = (_python, _java, _versions, _jars, _disk, _state, _ports)
