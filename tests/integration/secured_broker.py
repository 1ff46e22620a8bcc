"""A real broker that asks for passwords and certificates, with an authority of its own."""

from dataclasses import dataclass
from pathlib import Path

import trustme
from confluent_kafka.admin import AdminClient, ScramCredentialInfo, ScramMechanism, UserScramCredentialUpsertion
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from pydantic import SecretStr

from eddyline.settings import KafkaSettings
from eddyline.stack import ports
from eddyline.stack.broker import Broker

# What must be found nowhere, amid whatever a password manager may come up with: the JVM, librdkafka and Python must all take it.
PLANTED = "Planted4711"
USER, PASSWORD = "lander", f"a\"b\\c {PLANTED};d=${{e}}'f,g"
KEY_PASSWORD = f"the key's {PLANTED}"
SCRAM = {"SCRAM-SHA-256": ScramMechanism.SCRAM_SHA_256, "SCRAM-SHA-512": ScramMechanism.SCRAM_SHA_512}
_MODULE = "org.apache.kafka.common.security"


@dataclass
class SecuredBroker:
    """One broker with three doors: plain for what the tests need besides, passwords over TLS, and certificates of clients."""

    broker: Broker
    folder: Path
    port: int
    certificate_port: int

    @classmethod
    def make(cls, folder: Path) -> "SecuredBroker":
        secured = cls(Broker(folder / "broker"), folder, ports.free_port(), ports.free_port())
        secured._write_certificates()
        secured.broker.also = secured._settings()
        return secured

    def start(self) -> None:
        self.broker.start()
        admin = AdminClient({"bootstrap.servers": self.broker.bootstrap_servers})
        # One request must not name a user twice.
        for mechanism in SCRAM.values():
            wanted = UserScramCredentialUpsertion(USER, ScramCredentialInfo(mechanism, 4096), PASSWORD.encode())
            admin.alter_user_scram_credentials([wanted])[USER].result(10)

    def by_password(self, mechanism: str = "SCRAM-SHA-512", **also: object) -> KafkaSettings:
        given = {
            "bootstrap_servers": f"localhost:{self.port}",
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": mechanism,
            "sasl_username": USER,
            "sasl_password": SecretStr(PASSWORD),
            "ssl_ca_location": str(self.folder / "authority.pem"),
        }
        return KafkaSettings.model_validate(given | also)

    def by_certificate(self, **also: object) -> KafkaSettings:
        given = {
            "bootstrap_servers": f"localhost:{self.certificate_port}",
            "security_protocol": "SSL",
            "ssl_ca_location": str(self.folder / "authority.pem"),
            "ssl_certificate_location": str(self.folder / "client.pem"),
            "ssl_key_location": str(self.folder / "client.key"),
            "ssl_key_password": SecretStr(KEY_PASSWORD),
        }
        return KafkaSettings.model_validate(given | also)

    def _write_certificates(self) -> None:
        authority, stranger = trustme.CA(), trustme.CA()
        authority.cert_pem.write_to_path(str(self.folder / "authority.pem"))
        stranger.cert_pem.write_to_path(str(self.folder / "stranger.pem"))
        server, client = authority.issue_cert("localhost", "127.0.0.1"), authority.issue_cert("client.example")
        chain = b"".join(blob.bytes() for blob in server.cert_chain_pems)
        (self.folder / "server.pem").write_bytes(_key(server) + chain)
        (self.folder / "client.pem").write_bytes(b"".join(blob.bytes() for blob in client.cert_chain_pems))
        (self.folder / "client.key").write_bytes(_key(client, KEY_PASSWORD))
        (self.folder / "open.key").write_bytes(_key(client))

    def _settings(self) -> dict[str, str]:
        doors = {"PLAINTEXT": self.broker.port, "SASL_SSL": self.port, "SSL": self.certificate_port}
        listeners = [f"{name}://127.0.0.1:{port}" for name, port in doors.items()]
        quoted = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
        plain = f'{_MODULE}.plain.PlainLoginModule required user_{USER}="{quoted}";'
        scram = f"{_MODULE}.scram.ScramLoginModule required;"
        return {
            "listeners": ",".join([*listeners, f"CONTROLLER://127.0.0.1:{self.broker.controller_port}"]),
            "advertised.listeners": ",".join(listeners).replace("127.0.0.1", "localhost"),
            "listener.security.protocol.map": ",".join([*(f"{name}:{name}" for name in doors), "CONTROLLER:PLAINTEXT"]),
            "inter.broker.listener.name": "PLAINTEXT",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self.folder / "server.pem"),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.folder / "authority.pem"),
            "listener.name.ssl.ssl.client.auth": "required",
            "sasl.enabled.mechanisms": ",".join(["PLAIN", *SCRAM]),
            # A properties file unescapes backslashes once more.
            "listener.name.sasl_ssl.plain.sasl.jaas.config": plain.replace("\\", "\\\\"),
        } | {f"listener.name.sasl_ssl.{mechanism.lower()}.sasl.jaas.config": scram for mechanism in SCRAM}


def _key(certificate: trustme.LeafCert, password: str = "") -> bytes:
    # Kafka reads keys in PKCS 8 only.
    key = load_pem_private_key(certificate.private_key_pem.bytes(), None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode()) if password else NoEncryption())
