"""An HDFS of our own: NameNode and DataNode as two native processes on loopback, their files in a folder."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import requests

from eddyline.errors import ComponentFailed
from eddyline.stack import jars, java, ports
from eddyline.stack.process import Command
from eddyline.stack.server import Server

HEAP = "192m"
NAMENODE, DATANODE = "org.apache.hadoop.hdfs.server.namenode.NameNode", "org.apache.hadoop.hdfs.server.datanode.DataNode"
LOGGING = """log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d{ISO8601} %p %c: %m%n
"""


class NameNode(Server):
    """Keeps the names: where a file's blocks are. Its ports must stay the same, since tables name their files with one of them."""

    name = "namenode"

    def __init__(self, folder: Path, *, port: int = 0, web_port: int = 0, log: Path | None = None) -> None:
        """Describe the server; nothing starts before `start`."""
        self.folder = folder
        self.port, self.web_port = port or ports.free_port(), web_port or ports.free_port()
        self._log = log or folder / "namenode.log"

    @property
    def address(self) -> str:
        """The file system's address for clients."""
        return f"hdfs://{ports.LOOPBACK}:{self.port}"

    @property
    def web_address(self) -> str:
        """The address of WebHDFS."""
        return f"http://{ports.LOOPBACK}:{self.web_port}"

    @property
    def log(self) -> Path:
        """The file with the server's output."""
        return self._log

    def prepare(self) -> None:
        """Write the settings and format the folder where that was not done before.

        Raises ComponentFailed when it cannot be formatted.
        """
        super().prepare()
        names = self.folder / "names"
        own = {
            "dfs.namenode.name.dir": names.as_uri(),
            "dfs.namenode.rpc-address": f"{ports.LOOPBACK}:{self.port}",
            "dfs.namenode.http-address": f"{ports.LOOPBACK}:{self.web_port}",
            "dfs.namenode.datanode.registration.ip-hostname-check": "false",
            "dfs.namenode.safemode.extension": "0",
            # On one machine every process of ours may come as another user.
            "dfs.permissions.enabled": "false",
        }
        _write_settings(self._settings, self.address, own)
        if not (names / "current" / "VERSION").is_file():
            _format(self.command())

    def command(self) -> Command:
        """Return the command that runs the prepared server."""
        return _command(self._settings, NAMENODE)

    def is_ready(self) -> bool:
        """Tell whether the server answers; it takes no files before a DataNode is there."""
        return bool(_state(self.web_address))

    @property
    def _settings(self) -> Path:
        return self.folder / "namenode"


class DataNode(Server):
    """Keeps the blocks."""

    name = "datanode"
    needs = ("namenode",)

    def __init__(self, namenode: NameNode, *, log: Path | None = None) -> None:
        """Describe the server of a NameNode; nothing starts before `start`."""
        self._namenode, self.folder = namenode, namenode.folder
        self._log = log or self.folder / "datanode.log"
        self._ports = {f"dfs.datanode.{name}": ports.free_port() for name in ("address", "http.address", "ipc.address")}

    @property
    def log(self) -> Path:
        """The file with the server's output."""
        return self._log

    def prepare(self) -> None:
        """Write the settings."""
        super().prepare()
        own = {name: f"{ports.LOOPBACK}:{port}" for name, port in self._ports.items()}
        own |= {"dfs.datanode.data.dir": (self.folder / "blocks").as_uri(), "dfs.datanode.hostname": ports.LOOPBACK}
        _write_settings(self._settings, self._namenode.address, own)

    def command(self) -> Command:
        """Return the command that runs the prepared server."""
        return _command(self._settings, DATANODE)

    def is_ready(self) -> bool:
        """Tell whether the NameNode knows this DataNode and takes files."""
        if not ports.answers(self._ports["dfs.datanode.address"]):
            return False
        state = _state(self._namenode.web_address)
        return state.get("NumLiveDataNodes", 0) > 0 and state.get("FSState") == "Operational"

    @property
    def _settings(self) -> Path:
        return self.folder / "datanode"


def _write_settings(folder: Path, address: str, own: Mapping[str, str]) -> None:
    for name in ("hdfs", "datanode"):
        # Both look for their pages' folder among the settings, and end without it.
        (folder / "webapps" / name).mkdir(parents=True, exist_ok=True)
    (folder / "log4j.properties").write_text(LOGGING, encoding="utf-8")
    (folder / "core-site.xml").write_text(_xml({"fs.defaultFS": address}), encoding="utf-8")
    (folder / "hdfs-site.xml").write_text(_xml({"dfs.replication": "1", **own}), encoding="utf-8")


def _xml(values: Mapping[str, str]) -> str:
    named = (f"<property><name>{name}</name><value>{escape(value)}</value></property>\n" for name, value in values.items())
    return f"<configuration>\n{''.join(named)}</configuration>\n"


def _command(settings: Path, main: str) -> Command:
    class_path = os.pathsep.join([str(settings), jars.class_path("hdfs")])
    return [java.find_java(), f"-Xmx{HEAP}", "--add-opens=java.base/java.lang=ALL-UNNAMED", "-Djava.net.preferIPv4Stack=true", "-cp", class_path, main]


def _format(command: Command) -> None:
    done = subprocess.run([*command, "-format", "-nonInteractive"], capture_output=True, text=True, check=False)
    if done.returncode:
        last = ((done.stdout + done.stderr).strip().splitlines() or ["no reason given"])[-1]
        raise ComponentFailed(f"the NameNode's folder could not be formatted: {last}")


def _state(web_address: str) -> dict[str, Any]:
    try:
        beans = requests.get(f"{web_address}/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState", timeout=2).json()["beans"]
    except (requests.RequestException, ValueError, KeyError):
        return {}
    return dict(beans[0]) if beans else {}
