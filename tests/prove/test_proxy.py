"""The proxy: forwards as if it were not there, and breaks connections in each way that it names."""

import contextlib
import socket
import socketserver
import threading
import time

import pytest

from eddyline.prove.proxy import CUT_AFTER_BYTES, Mode, Proxy
from eddyline.stack.ports import LOOPBACK

LONG = b"x" * (CUT_AFTER_BYTES * 3)


class Echo(socketserver.BaseRequestHandler):
    """Answers what it is told, and counts it."""

    def handle(self):
        with contextlib.suppress(OSError):
            while chunk := self.request.recv(65_536):
                self.server.heard += chunk
                self.request.sendall(chunk)
        self.server.gone.set()


class EchoServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__((LOOPBACK, 0), Echo)
        self.heard, self.gone = b"", threading.Event()


@pytest.fixture
def server():
    with EchoServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def proxy(server):
    with Proxy(server.server_address[1]) as proxy:
        yield proxy


def connected(proxy, timeout_s=5.0):
    return socket.create_connection((LOOPBACK, proxy.port), timeout=timeout_s)


def echo(client, text):
    client.sendall(text)
    heard = b""
    while len(heard) < len(text):
        chunk = client.recv(65_536)
        if not chunk:
            raise ConnectionResetError
        heard += chunk
    return heard


def test_what_is_sent_arrives_both_ways_whole(proxy):
    text = bytes(range(256)) * 4000
    with connected(proxy) as client:
        sender = threading.Thread(target=client.sendall, args=(text,))
        sender.start()
        heard = b""
        while len(heard) < len(text):
            heard += client.recv(65_536)
        sender.join()
    assert heard == text
    assert proxy.affected == 0


def test_a_connection_is_closed_when_the_far_end_is_not_there(server):
    server.server_close()
    with Proxy(server.server_address[1]) as lonely, pytest.raises(ConnectionError), connected(lonely) as client:
        echo(client, b"anybody?")


def test_reset_ends_connections_and_new_ones_until_it_is_healed(proxy):
    with connected(proxy) as client:
        assert echo(client, b"a") == b"a"
        proxy.strike(Mode.RESET)
        with pytest.raises(ConnectionError):
            echo(client, b"b")
    with pytest.raises(ConnectionError), connected(proxy) as late:
        echo(late, b"c")
    assert proxy.affected >= 2
    proxy.strike(Mode.OPEN)
    with connected(proxy) as client:
        assert echo(client, b"d") == b"d"


def test_a_stalled_connection_is_silent_and_loses_no_byte(proxy, server):
    with connected(proxy, timeout_s=0.3) as client:
        assert echo(client, b"a") == b"a"
        proxy.strike(Mode.STALL)
        client.sendall(b"b")
        with pytest.raises(TimeoutError):
            client.recv(1)
        assert server.heard == b"a"
        assert proxy.affected > 0
        proxy.strike(Mode.OPEN)
        client.settimeout(5)
        assert client.recv(1) == b"b"


def test_a_half_open_connection_is_gone_at_the_far_end_only_and_new_ones_work(proxy, server):
    with connected(proxy, timeout_s=0.3) as client:
        assert echo(client, b"a") == b"a"
        proxy.strike(Mode.HALF_OPEN)
        assert server.gone.wait(5)
        client.sendall(b"b")
        with pytest.raises(TimeoutError):
            client.recv(1)
        assert proxy.affected == 1
        with connected(proxy) as late:
            assert echo(late, b"c") == b"c"
        proxy.strike(Mode.OPEN)
        client.settimeout(5)
        with contextlib.suppress(ConnectionResetError):
            assert client.recv(1) == b""


def test_a_slow_connection_takes_its_time_and_loses_no_byte(proxy):
    with connected(proxy, timeout_s=20) as client:
        proxy.strike(Mode.SLOW)
        began = time.monotonic()
        assert echo(client, LONG) == LONG
        assert time.monotonic() - began > 0.1
    assert proxy.affected > 1


def test_a_cut_connection_ends_in_the_middle_of_what_is_sent(proxy, server):
    with connected(proxy) as client:
        proxy.strike(Mode.CUT)
        with pytest.raises(ConnectionError):
            echo(client, LONG)
    assert server.gone.wait(5)
    assert len(server.heard) <= CUT_AFTER_BYTES
    assert proxy.affected == 1
    proxy.strike(Mode.OPEN)
    with connected(proxy) as client:
        assert echo(client, LONG) == LONG


def test_nothing_listens_once_the_proxy_is_closed(server):
    with Proxy(server.server_address[1]) as proxy, connected(proxy) as client:
        assert echo(client, b"a") == b"a"
    with pytest.raises(ConnectionRefusedError):
        connected(proxy)
