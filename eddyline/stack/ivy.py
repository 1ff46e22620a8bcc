"""Downloads of artifacts by the Ivy that PySpark brings, from Maven's central repository."""

import importlib.util
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from eddyline.errors import SetupError
from eddyline.stack import java

SETTINGS = """<ivysettings>
  <settings defaultResolver="central"/>
  <property name="ivy.checksums" value=""/>
  <resolvers><ibiblio name="central" m2compatible="true" usepoms="false"/></resolvers>
</ivysettings>
"""
OFFLINE_SIGNS = (
    "UnknownHostException",
    "ConnectException",
    "SocketException",
    "SocketTimeoutException",
    "NoRouteToHostException",
    "SSLHandshakeException",
    "Host",
)
FULL_DISK_SIGN = "No space left on device"


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file in Maven's central repository."""

    group: str
    name: str
    revision: str
    extension: str = "jar"

    @property
    def file_name(self) -> str:
        """The file's name in the repository."""
        return f"{self.name}-{self.revision}.{self.extension}"


def ivy_jar() -> Path:
    """Return PySpark's own Ivy."""
    spec = importlib.util.find_spec("pyspark")
    found = sorted(Path(spec.origin).parent.glob("jars/ivy-*.jar")) if spec and spec.origin else []
    if not found:
        raise SetupError("PySpark is not installed whole: its Ivy is missing; remove .venv and run `make demo` again")
    return found[-1]


def cached(artifact: Artifact, folder: Path) -> Path:
    """Return where Ivy keeps an artifact in its own cache."""
    return folder / artifact.group / artifact.name / f"{artifact.extension}s" / artifact.file_name


def start(artifacts: Iterable[Artifact], folder: Path, name: str) -> subprocess.Popen[bytes]:
    """Start a download of these artifacts into Ivy's cache; its output goes to `<name>.log` beside."""
    folder.mkdir(parents=True, exist_ok=True)
    settings, wanted = folder / "settings.xml", folder / f"{name}.xml"
    settings.write_text(SETTINGS, encoding="utf-8")
    wanted.write_text(_module(artifacts, name), encoding="utf-8")
    program: list[str | Path] = [java.find_java(), "-Xmx128m", "-XX:TieredStopAtLevel=1", "-jar", ivy_jar()]
    options: list[str | Path] = ["-settings", settings, "-ivy", wanted, "-cache", folder, "-confs", "default"]
    with log_of(folder, name).open("wb") as log:
        return subprocess.Popen([*program, *options], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)


def log_of(folder: Path, name: str) -> Path:
    """Return the file that a download's output goes to."""
    return folder / f"{name}.log"


def reason_of_failure(log: str) -> str:
    """Say in a few words why a download ended without its files."""
    if FULL_DISK_SIGN in log:
        return "the disk is full"
    if any(sign in log for sign in OFFLINE_SIGNS):
        return "Maven's central repository could not be reached; check the network"
    return "Maven's central repository did not give them"


def _module(artifacts: Iterable[Artifact], name: str) -> str:
    wanted = "\n".join(_dependency(artifact) for artifact in artifacts)
    return f"""<ivy-module version="2.0">
<info organisation="eddyline" module={quoteattr(name)}/>
<configurations><conf name="default"/></configurations>
<publications/>
<dependencies>
{wanted}
</dependencies>
</ivy-module>
"""


def _dependency(artifact: Artifact) -> str:
    group, name, revision, extension = (quoteattr(text) for text in (artifact.group, artifact.name, artifact.revision, artifact.extension))
    return (
        f'<dependency org={group} name={name} rev={revision} transitive="false" conf="default->default">'
        f"<artifact name={name} type={extension} ext={extension}/></dependency>"
    )
