"""Servers that refuse a TLS connection, on real sockets: both clients say which setting to look at."""

import contextlib
import gc
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from eddyline.errors import BrokerRefuses
from eddyline.kafka.clients import connect
from eddyline.kafka.config import Bounds
from eddyline.settings import KafkaSettings

pytestmark = [
    pytest.mark.filterwarnings("ignore:(read|open)_text is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:unclosed <(socket|ssl):ResourceWarning"),
]
AUTHORITY, STRANGER = trustme.CA(), trustme.CA()


class Server:
    """Accepts connections, shakes hands where it has a certificate, and hangs up after the first bytes."""

    def __init__(self, certificate: trustme.LeafCert | None = None, *, asks: bool = False) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self._context = _context(certificate, asks=asks) if certificate else None
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._answer(self.socket.accept()[0])

    def _answer(self, accepted: socket.socket) -> None:
        accepted.settimeout(2)
        with contextlib.suppress(OSError), accepted:
            talking = self._context.wrap_socket(accepted, server_side=True) if self._context else accepted
            with talking:
                talking.recv(1000)


def _context(certificate: trustme.LeafCert, *, asks: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if asks:
        context.verify_mode = ssl.CERT_REQUIRED
        AUTHORITY.configure_trust(context)
    return context


REFUSALS: dict[str, tuple[Callable[[], Server], trustme.CA]] = {
    "SSL_CERTIFICATE_LOCATION": (lambda: Server(AUTHORITY.issue_cert("localhost"), asks=True), AUTHORITY),
    "SSL_CA_LOCATION": (lambda: Server(AUTHORITY.issue_cert("localhost")), STRANGER),
    "BOOTSTRAP_SERVERS": (lambda: Server(AUTHORITY.issue_cert("elsewhere.example")), AUTHORITY),
    "SECURITY_PROTOCOL": (Server, AUTHORITY),
}


@pytest.fixture(autouse=True)
def _forgotten_sockets_end_with_their_test() -> Iterator[None]:
    yield
    gc.collect()


@pytest.mark.parametrize("setting", REFUSALS)
@pytest.mark.parametrize("client", ["confluent", "pure"])
def test_the_setting_to_look_at_is_named(client: str, setting: str, tmp_path: Path) -> None:
    make, authority = REFUSALS[setting]
    server, file = make(), tmp_path / "authority.pem"
    file.write_bytes(authority.cert_pem.bytes())
    settings = KafkaSettings.model_validate(
        {"bootstrap_servers": f"localhost:{server.port}", "security_protocol": "SSL", "ssl_ca_location": str(file), "client": client}
    )
    log = connect(settings, Bounds(ack_timeout_ms=2000))
    with pytest.raises(BrokerRefuses, match=f"__{setting}"):
        log.append("never", None, b"").result()
    log.close()
    server.socket.close()
