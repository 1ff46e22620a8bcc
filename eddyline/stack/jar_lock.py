"""What `jars.lock` says: every file that is downloaded, who needs it, and what its bytes must be."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from eddyline.stack.ivy import Artifact

LOCK_FILE = Path(__file__).with_name("jars.lock")


@dataclass(frozen=True, slots=True)
class Jar:
    """A line of the lock: the configuration that needs it, the artifact, its checksum and its size in bytes."""

    configuration: str
    artifact: Artifact
    sha256: str
    size: int

    def is_at(self, path: Path) -> bool:
        """Tell whether the file there is this one, byte for byte."""
        if not self.has_size_of(path):
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256

    def has_size_of(self, path: Path) -> bool:
        """Tell whether the file there is as large as this one: enough before each start, and instant."""
        return path.is_file() and path.stat().st_size == self.size


def read_lock(configurations: Collection[str], path: Path = LOCK_FILE) -> list[Jar]:
    """Return the lines of these configurations."""
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    jars = (Jar(configuration, _artifact(coordinates), sha256, int(size)) for configuration, coordinates, sha256, size in lines)
    return [jar for jar in jars if jar.configuration in configurations]


def _artifact(coordinates: str) -> Artifact:
    group, name, revision, *extension = coordinates.split(":")
    return Artifact(group, name, revision, *extension)
