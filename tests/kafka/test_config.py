"""The connection is described as the settings say, for both clients; what cannot work is said before anything connects."""

from pathlib import Path
from typing import Any

import pytest
import trustme
from pydantic import SecretStr

from eddyline.errors import SettingsError, SetupError
from eddyline.kafka.config import client_config
from eddyline.settings import KafkaSettings, load

LOGIN = {"security_protocol": "SASL_SSL", "sasl_mechanism": "SCRAM-SHA-512", "sasl_username": "me", "sasl_password": SecretStr("secret")}


def config_of(**options: Any) -> dict[str, Any]:
    return client_config(KafkaSettings.model_validate({"bootstrap_servers": "broker:9092"} | options))


@pytest.fixture
def certificates(tmp_path: Path) -> dict[str, str]:
    authority = trustme.CA()
    client = authority.issue_cert("client.example")
    contents = {"ca": authority.cert_pem.bytes(), "certificate": client.cert_chain_pems[0].bytes(), "key": client.private_key_pem.bytes()}
    for name, content in contents.items():
        (tmp_path / f"{name}.pem").write_bytes(content)
    return {f"ssl_{name}_location": str(tmp_path / f"{name}.pem") for name in contents}


def test_a_plain_connection_needs_no_credentials() -> None:
    assert config_of() == {"bootstrap.servers": "broker:9092", "security.protocol": "PLAINTEXT"}


def test_a_secured_connection_carries_its_credentials() -> None:
    assert config_of(**LOGIN) == {
        "bootstrap.servers": "broker:9092",
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "me",
        "sasl.password": "secret",
    }


def test_a_protocol_without_passwords_or_certificates_is_given_none(certificates: dict[str, str]) -> None:
    plain = config_of(**LOGIN | certificates | {"security_protocol": "PLAINTEXT"})
    assert plain == {"bootstrap.servers": "broker:9092", "security.protocol": "PLAINTEXT"}
    assert set(config_of(**LOGIN | certificates | {"security_protocol": "SASL_PLAINTEXT"})) == set(config_of(**LOGIN))


def test_certificates_are_named_to_the_client(certificates: dict[str, str]) -> None:
    config = config_of(security_protocol="SSL", **certificates)
    assert {name: config[f"ssl.{name}.location"] for name in ("ca", "certificate", "key")} == {
        name: certificates[f"ssl_{name}_location"] for name in ("ca", "certificate", "key")
    }


def test_one_file_may_hold_certificate_and_key(certificates: dict[str, str], tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_text("".join(Path(certificates[f"ssl_{name}_location"]).read_text() for name in ("key", "certificate")))
    config = config_of(security_protocol="SSL", ssl_certificate_location=str(both))
    assert config["ssl.certificate.location"] == config["ssl.key.location"] == str(both)


@pytest.mark.parametrize(
    ("wrong", "setting"),
    [
        ({"ssl_ca_location": "/no/such.pem"}, "EDDYLINE_KAFKA__SSL_CA_LOCATION=/no/such.pem"),
        ({"ssl_certificate_location": "/no/such.pem"}, "SSL_CERTIFICATE_LOCATION"),
        ({"ssl_key_location": "/no/such.pem"}, "SSL_KEY_LOCATION"),
    ],
)
def test_a_file_that_is_not_there_is_named_with_its_setting(certificates: dict[str, str], wrong: dict[str, str], setting: str) -> None:
    with pytest.raises(SetupError, match="No such file") as told:
        config_of(security_protocol="SSL", **certificates | wrong)
    assert setting in str(told.value)


def test_a_key_that_fits_no_certificate_is_refused_before_anything_connects(certificates: dict[str, str], tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.pem"
    stranger.write_bytes(trustme.CA().issue_cert("client.example").private_key_pem.bytes())
    with pytest.raises(SetupError, match="key values mismatch"):
        config_of(security_protocol="SSL", **certificates | {"ssl_key_location": str(stranger)})


def test_a_text_that_is_no_certificate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("hello")
    with pytest.raises(SetupError, match="SSL_CA_LOCATION"):
        config_of(security_protocol="SSL", ssl_ca_location=str(tmp_path / "ca.pem"))


def test_a_protocol_with_passwords_needs_all_of_the_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDDYLINE_KAFKA__SECURITY_PROTOCOL", "SASL_SSL")
    monkeypatch.setenv("EDDYLINE_KAFKA__SASL_PASSWORD", "planted")
    with pytest.raises(SettingsError, match=r"SASL_SSL needs EDDYLINE_KAFKA__SASL_MECHANISM, EDDYLINE_KAFKA__SASL_USERNAME$") as told:
        load()
    assert "planted" not in str(told.value)


def test_an_unknown_mechanism_is_refused_with_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDDYLINE_KAFKA__SASL_MECHANISM", "GUESS")
    with pytest.raises(SettingsError, match=r"EDDYLINE_KAFKA__SASL_MECHANISM: .*SCRAM-SHA-256"):
        load()
