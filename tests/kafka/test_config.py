"""The connection is described as the settings say, for both clients."""

from typing import Any

from pydantic import SecretStr

from eddyline.kafka.config import client_config
from eddyline.settings import KafkaSettings


def config_of(**options: Any) -> dict[str, Any]:
    return client_config(KafkaSettings(bootstrap_servers="broker:9092", **options))


def test_a_plain_connection_needs_no_credentials() -> None:
    assert config_of() == {"bootstrap.servers": "broker:9092", "security.protocol": "PLAINTEXT"}


def test_a_secured_connection_carries_its_credentials() -> None:
    config = config_of(security_protocol="SASL_SSL", sasl_mechanism="SCRAM-SHA-512", sasl_username="me", sasl_password=SecretStr("secret"))
    assert config == {
        "bootstrap.servers": "broker:9092",
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "me",
        "sasl.password": "secret",
    }
