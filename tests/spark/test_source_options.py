"""What the Spark source is told about a secured broker."""

from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from eddyline.errors import SetupError
from eddyline.settings import KafkaSettings
from eddyline.spark import source


def unquoted(word: str) -> str:
    """Read a quoted word as Kafka's JAAS parser does: a backslash takes the next character as it is."""
    assert word[0] == word[-1] == '"'
    letters, read = iter(word[1:-1]), []
    for letter in letters:
        assert letter != '"', "the word would end here"
        read.append(next(letters) if letter == "\\" else letter)
    return "".join(read)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_every_password_is_quoted_so_that_it_is_read_back(password: str) -> None:
    settings = KafkaSettings(security_protocol="SASL_SSL", sasl_mechanism="PLAIN", sasl_username="me", sasl_password=SecretStr(password))
    login = source._security(settings)["kafka.sasl.jaas.config"]
    assert login.startswith('org.apache.kafka.common.security.plain.PlainLoginModule required username="me" password="')
    assert unquoted(login.partition("password=")[2].removesuffix(";")) == password


@pytest.mark.parametrize(("mechanism", "module"), [("PLAIN", "plain.Plain"), ("SCRAM-SHA-256", "scram.Scram"), ("SCRAM-SHA-512", "scram.Scram")])
def test_each_mechanism_has_its_module(mechanism: str, module: str) -> None:
    login = {"sasl_mechanism": mechanism, "sasl_username": "me", "sasl_password": "secret"}
    options = source._security(KafkaSettings.model_validate({"security_protocol": "SASL_PLAINTEXT"} | login))
    assert options["kafka.sasl.mechanism"] == mechanism
    assert f".{module}LoginModule required" in options["kafka.sasl.jaas.config"]
    assert not [name for name in options if "ssl." in name.replace("sasl.", "")]


def test_certificates_go_as_texts_so_that_executors_need_no_files(tmp_path: Path) -> None:
    authority = trustme.CA()
    client = authority.issue_cert("client.example")
    (tmp_path / "ca.pem").write_bytes(authority.cert_pem.bytes())
    both = in_pkcs8(client, NoEncryption()) + client.cert_chain_pems[0].bytes()
    (tmp_path / "client.pem").write_bytes(both)
    options = source._security(
        KafkaSettings(security_protocol="SSL", ssl_ca_location=str(tmp_path / "ca.pem"), ssl_certificate_location=str(tmp_path / "client.pem"))
    )
    assert options["kafka.ssl.truststore.certificates"] == authority.cert_pem.bytes().decode()
    assert options["kafka.ssl.keystore.key"] == options["kafka.ssl.keystore.certificate.chain"] == both.decode()
    assert str(tmp_path) not in str(options)


def in_pkcs8(client: trustme.LeafCert, encryption: KeySerializationEncryption) -> bytes:
    return load_pem_private_key(client.private_key_pem.bytes(), None).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def test_a_key_that_java_cannot_read_is_refused_with_the_command_that_converts_it(tmp_path: Path) -> None:
    client = trustme.CA().issue_cert("client.example")
    (tmp_path / "client.pem").write_bytes(client.cert_chain_pems[0].bytes())
    keys = {"-nocrypt": client.private_key_pem.bytes(), "PBE-SHA1-3DES": in_pkcs8(client, BestAvailableEncryption(b"secret"))}
    for advice, key in keys.items():
        (tmp_path / "client.key").write_bytes(key)
        given = {"ssl_certificate_location": str(tmp_path / "client.pem"), "ssl_key_location": str(tmp_path / "client.key"), "ssl_key_password": "secret"}
        with pytest.raises(SetupError, match=advice):
            source._security(KafkaSettings.model_validate({"security_protocol": "SSL"} | given))


def test_a_plain_broker_is_told_nothing_else() -> None:
    assert source._security(KafkaSettings(sasl_password=SecretStr("unused"))) == {"kafka.security.protocol": "PLAINTEXT"}
