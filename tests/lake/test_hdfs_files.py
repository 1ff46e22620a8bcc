"""Files on HDFS by WebHDFS: what a server answers in an error's place is no file."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from eddyline.lake.hdfs_files import hdfs
from eddyline.stack.ports import LOOPBACK

CONTENT = b'{"format-version": 2}'
ERROR = {"RemoteException": {"exception": "RetriableException", "message": "the server is starting"}}


class NameNode(BaseHTTPRequestHandler):
    """Knows one file and sends who opens it to the DataNode."""

    def do_GET(self) -> None:
        if parse_qs(urlsplit(self.path).query)["op"] == ["OPEN"]:
            body = b""
            self.send_response(307)
            self.send_header("Location", self.server.data_node)
        else:
            status = {"type": "FILE", "length": len(CONTENT), "pathSuffix": "", "modificationTime": 0}
            body = json.dumps({"FileStatus": status}).encode()
            self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class DataNode(NameNode):
    """Gives the file's bytes, or an error."""

    def do_GET(self) -> None:
        body = CONTENT if self.server.is_well else json.dumps(ERROR).encode()
        self.send_response(200 if self.server.is_well else 403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def servers() -> Iterator[tuple[ThreadingHTTPServer, ThreadingHTTPServer]]:
    with ThreadingHTTPServer((LOOPBACK, 0), NameNode) as name_node, ThreadingHTTPServer((LOOPBACK, 0), DataNode) as data_node:
        name_node.data_node, data_node.is_well = f"http://{LOOPBACK}:{data_node.server_port}/file", True
        threads = [threading.Thread(target=server.serve_forever, args=(0.01,)) for server in (name_node, data_node)]
        for thread in threads:
            thread.start()
        yield name_node, data_node
        for server in (name_node, data_node):
            server.shutdown()
        for thread in threads:
            thread.join()


def read(name_node: ThreadingHTTPServer) -> bytes:
    files = hdfs("", f"http://{LOOPBACK}:{name_node.server_port}", "somebody")
    with files.open_input_file("/file") as file:
        return bytes(file.read())


def test_a_data_nodes_error_is_never_taken_for_the_files_bytes(servers):
    name_node, data_node = servers
    assert read(name_node) == CONTENT
    data_node.is_well = False
    with pytest.raises(OSError, match="403"):
        read(name_node)
