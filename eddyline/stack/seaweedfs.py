"""An S3 store of our own: SeaweedFS as one native process on loopback, its files in a folder."""

import json
import os
from pathlib import Path

import requests

from eddyline.stack import ports, wheels
from eddyline.stack.process import Command
from eddyline.stack.server import Server

VERSION = "4.48"
FIXED = (
    "-ip.bind=127.0.0.1",
    # It reports home otherwise.
    "-master.telemetry=false",
    "-master.volumeSizeLimitMB=64",
    "-volume.max=0",
    "-webdav=false",
    "-admin.ui=false",
    "-s3.iam=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
)
# Each opens a second port for gRPC, ten thousand above unless it is given.
PARTS = ("master", "volume", "filer", "admin")


class SeaweedFS(Server):
    """One store with one bucket and one user; the user's keys go by a file that only we can read."""

    name = "s3"

    def __init__(self, folder: Path, *, bucket: str, access_key: str, secret_key: str, port: int = 0, log: Path | None = None) -> None:
        """Describe the store; nothing is downloaded or started before `start`."""
        self.folder, self.bucket, self.port = folder, bucket, port or ports.free_port()
        self._keys = {"accessKey": access_key, "secretKey": secret_key}
        self._log = log or folder / "s3.log"
        self._ports = {name: ports.free_port() for part in ("s3", *PARTS) for name in (f"{part}.port", f"{part}.port.grpc")} | {"s3.port": self.port}
        self._program: Path | None = None

    @property
    def endpoint(self) -> str:
        """The address for clients."""
        return f"http://{ports.LOOPBACK}:{self.port}"

    @property
    def log(self) -> Path:
        """The file with the store's output."""
        return self._log

    def prepare(self) -> None:
        """Install the store where it is missing, and write who may use it."""
        super().prepare()
        self._program = install()
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        self._users.touch(mode=0o600)
        owner = {"name": "eddyline", "credentials": [self._keys], "actions": ["Admin", "Read", "List", "Tagging", "Write"]}
        self._users.write_text(json.dumps({"identities": [owner]}), encoding="utf-8")

    def command(self) -> Command:
        """Return the command that runs the prepared store."""
        assert self._program is not None, "prepare the store first"
        places = (f"-dir={self.folder / 'data'}", f"-ip={ports.LOOPBACK}", f"-bucket={self.bucket}", f"-s3.config={self._users}")
        return [self._program, "-logtostderr=true", "mini", *places, *FIXED, *(f"-{name}={port}" for name, port in self._ports.items())]

    def environ(self) -> dict[str, str]:
        """Return our environment without keys for other stores: it would take them for a user's of its own."""
        return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "WEED_"))}

    def is_ready(self) -> bool:
        """Tell whether the store answers and has its bucket."""
        try:
            if not requests.get(f"{self.endpoint}/healthz", timeout=1).ok:
                return False
            # Refused without keys, or not there at all.
            return requests.head(f"{self.endpoint}/{self.bucket}", timeout=2).status_code == requests.codes.forbidden
        except requests.RequestException:
            return False

    @property
    def _users(self) -> Path:
        return self.folder / "users.json"


def install() -> Path:
    """Install the store's program where it is missing, 150 MB, and return it.

    Raises SetupError when the download fails.
    """
    return wheels.cached("seaweedfs", f"seaweedfs-{VERSION}") / "bin" / "weed"
