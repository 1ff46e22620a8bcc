"""Spark's classes, read and verified once for every later driver: an archive that the JVM maps at its start.

A driver starts in less than half of the CPU with it. Without one, or with one that another Java or other jars made, the
JVM reads the classes as ever. Java calls it application class-data sharing (JEP 350).
"""

import hashlib
import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

# An archive that does not fit is no news to somebody who starts a job.
_QUIET = "-Xshare:auto -Xlog:cds=off -Xlog:cds+dynamic=off"


def lacking(jars: Sequence[Path]) -> list[Path]:
    """Leave out the jars that Spark brings itself; before its own on the class path they would win over them."""
    own = {_artifact(jar) for jar in _spark_home().glob("jars/*.jar")}
    return [jar for jar in jars if _artifact(jar) not in own]


def java_options(jars: Sequence[Path]) -> str:
    """Return what a driver with these jars tells its JVM: the archive, where one was made for them."""
    archive = place(jars)
    return f"-XX:SharedArchiveFile={archive} {_QUIET}" if archive.is_file() else ""


def place(jars: Sequence[Path]) -> Path:
    """Return where the archive for these jars, this Spark and this Java is kept, made or not: in the virtual environment."""
    parts = [*map(str, lacking(jars)), str(_spark_home()), _java()]
    return Path(sys.prefix) / "spark-classes" / f"{hashlib.sha256(os.pathsep.join(parts).encode()).hexdigest()[:16]}.jsa"


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    java = Path(home) / "bin" / "java" if home else Path(shutil.which("java") or "")
    modules = java.resolve().parent.parent / "lib" / "modules"
    return f"{modules} {modules.stat().st_mtime_ns}" if modules.is_file() else ""


def _spark_home() -> Path:
    spec = importlib.util.find_spec("pyspark")
    return Path(os.environ.get("SPARK_HOME") or (Path(spec.origin).parent if spec and spec.origin else ""))


def _artifact(jar: Path) -> str:
    return re.sub(r"-\d.*", "", jar.name)
