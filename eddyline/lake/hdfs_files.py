"""Table files for PyIceberg: as PyArrow reads them, and those on HDFS by WebHDFS, since its own client would need Hadoop installed."""

import getpass
from typing import Any
from urllib.parse import urlsplit

import requests
from fsspec.implementations.webhdfs import WebHDFS
from pyarrow.fs import FileSystem, FSSpecHandler, PyFileSystem
from pyiceberg.io.pyarrow import PyArrowFileIO
from requests.adapters import HTTPAdapter

WEB_ADDRESS, USER = "eddyline.hdfs.web-address", "eddyline.hdfs.user"
USUAL_PORT = 9870
# Until connected, and between two packets.
PATIENCE_S = (5.0, 60.0)


class Files(PyArrowFileIO):
    """PyIceberg makes it by name, from the catalog's properties."""

    def _initialize_hdfs_fs(self, scheme: str, netloc: str | None) -> FileSystem:  # noqa: ARG002 - PyIceberg names the arguments
        return hdfs(netloc or "", self.properties.get(WEB_ADDRESS, ""), self.properties.get(USER, ""))


def hdfs(netloc: str, web_address: str, user: str) -> FileSystem:
    """Open an HDFS by its NameNode's WebHDFS address; empty: the usual port of the host that `netloc` names."""
    web = urlsplit(web_address or f"http://{urlsplit(f'//{netloc}').hostname}:{USUAL_PORT}")
    # Instances are shared by default, and two lakes in one process may be two stores.
    files = _WebHDFS(web.hostname, web.port or USUAL_PORT, user=user or getpass.getuser(), use_https=web.scheme == "https", skip_instance_cache=True)
    return PyFileSystem(FSSpecHandler(files))


class _WebHDFS(WebHDFS):  # type: ignore[misc] # it has no types
    def _connect(self) -> None:
        super()._connect()
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, _Impatient())
        self.session.hooks["response"].append(self._refuse_errors_as_bytes)

    def _refuse_errors_as_bytes(self, answer: requests.Response, **_: Any) -> None:
        # fsspec takes whatever a DataNode answers for the file's bytes, an error's description too: seen while a NameNode was started again.
        if urlsplit(answer.url).netloc != urlsplit(self.url).netloc:
            answer.raise_for_status()

    def _call(self, *arguments: Any, **named: Any) -> requests.Response:
        try:
            answer: requests.Response = super()._call(*arguments, **named)
        except RuntimeError as error:
            # What the NameNode answers while it starts, for one: readers try again after an OSError.
            raise OSError(f"HDFS: {str(error).splitlines()[0]}") from error
        return answer


class _Impatient(HTTPAdapter):
    def send(self, request: requests.PreparedRequest, *arguments: Any, **named: Any) -> requests.Response:
        return super().send(request, *arguments, **named | {"timeout": named.get("timeout") or PATIENCE_S})
