"""How clients reach the broker, in librdkafka's names."""

from dataclasses import dataclass
from typing import Any

from eddyline.settings import KafkaSettings

READ_PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a producing client may take: time until it gives up, and memory in records and bytes that wait."""

    ack_timeout_ms: int = 2500
    waiting_records: int = 100_000
    waiting_kilobytes: int = 64 * 1024
    record_bytes: int = 1_000_000


def client_config(settings: KafkaSettings) -> dict[str, Any]:
    """Say where the broker is and how the connection is secured."""
    config: dict[str, Any] = {"bootstrap.servers": settings.bootstrap_servers, "security.protocol": settings.security_protocol}
    if settings.sasl_mechanism:
        config["sasl.mechanism"] = settings.sasl_mechanism
        config["sasl.username"] = settings.sasl_username
        config["sasl.password"] = settings.sasl_password.get_secret_value()
    return config | _certificates(settings)


def _certificates(settings: KafkaSettings) -> dict[str, str]:
    if not settings.security_protocol.endswith("SSL"):
        return {}
    named = {
        "ssl.ca.location": settings.ssl_ca_location,
        "ssl.certificate.location": settings.ssl_certificate_location,
        "ssl.key.location": settings.ssl_key_location,
        "ssl.key.password": settings.ssl_key_password.get_secret_value(),
    }
    return {name: value for name, value in named.items() if value}
