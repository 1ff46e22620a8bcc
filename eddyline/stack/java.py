"""Which Java runs Kafka and Spark; standard library only, since it is asked before anything is installed."""

import os
import re
import shutil
import subprocess
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from eddyline.errors import SetupError

FITTING = (17, 21)
SPARK_NEEDS = "jdk.incubator.vector"
USUAL_FOLDERS = (
    "/usr/lib/jvm/*",
    "/usr/lib64/jvm/*",
    "/opt/java/*",
    "/opt/jdk*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "/opt/homebrew/opt/openjdk@*/libexec/openjdk.jdk/Contents/Home",
    "/usr/local/opt/openjdk@*/libexec/openjdk.jdk/Contents/Home",
    "~/.sdkman/candidates/java/*",
    "~/.jdks/*",
)
INSTALL = (
    "Eddyline needs Java 17 or 21. Install it: Debian `sudo apt install openjdk-17-jre-headless`, "
    "Fedora `sudo dnf install java-21-openjdk-headless`, macOS `brew install openjdk@17`.\n"
    "On Windows work inside WSL and use the command for Debian there. A Java elsewhere is found by JAVA_HOME."
)


def find_java(versions: Collection[int] = FITTING, environ: Mapping[str, str] | None = None, folders: Collection[str] = USUAL_FOLDERS) -> Path:
    """Return the `java` executable of a fitting version: JAVA_HOME first, then PATH, then the usual folders.

    Raises SetupError whose first line says which Java is needed and how to install it.
    """
    for java in _candidates(os.environ if environ is None else environ, folders):
        if version_of(java) in versions:
            return java
    raise SetupError(INSTALL)


def home_of(java: Path) -> Path:
    """Return the folder that JAVA_HOME should name for this executable."""
    return java.resolve().parent.parent


def version_of(java: Path) -> int | None:
    """Return the major version of a Java that can run Spark, or None."""
    release = home_of(java) / "release"
    if release.is_file():
        return _version_in_release(release.read_text(encoding="utf-8", errors="replace"))
    return _version_by_asking(java)


def _candidates(environ: Mapping[str, str], folders: Collection[str]) -> Iterator[Path]:
    if home := environ.get("JAVA_HOME"):
        yield from _executable(Path(home))
    if on_path := shutil.which("java", path=environ.get("PATH", "")):
        yield Path(on_path)
    for pattern in folders:
        expanded = Path(pattern).expanduser()
        for folder in sorted(Path(expanded.anchor).glob(str(expanded.relative_to(expanded.anchor)))):
            yield from _executable(folder)


def _executable(home: Path) -> Iterator[Path]:
    java = home / "bin" / "java"
    if java.is_file() and os.access(java, os.X_OK):
        yield java


def _version_in_release(text: str) -> int | None:
    modules = re.search(r'^MODULES="(.*)"$', text, re.MULTILINE)
    if modules and SPARK_NEEDS not in modules[1].split():
        return None
    found = re.search(r'^JAVA_VERSION="(.*)"$', text, re.MULTILINE)
    return _major(found[1]) if found else None


def _version_by_asking(java: Path) -> int | None:
    try:
        answer = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "([^"]+)"', answer.stderr)
    return _major(found[1]) if found else None


def _major(version: str) -> int | None:
    found = re.match(r"(?:1\.)?(\d+)", version)
    return int(found[1]) if found else None
