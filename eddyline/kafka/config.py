"""How clients reach the broker, in librdkafka's names."""

import ssl
from dataclasses import dataclass
from typing import Any

from eddyline.errors import SetupError
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
    """Say where the broker is and how the connection is secured; secrets are among the values.

    Raises SetupError when a file of certificates or keys cannot be used.
    """
    need_certificates(settings)
    where = {"bootstrap.servers": settings.bootstrap_servers, "security.protocol": settings.security_protocol}
    return where | _login(settings) | _certificates(settings)


def need_certificates(settings: KafkaSettings) -> None:
    """Read the files of certificates and keys now: each client would say in other words, or not at all, what is wrong with them.

    Raises SetupError that names the setting.
    """
    if not settings.by_tls:
        return
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if settings.ssl_ca_location:
            context.load_verify_locations(settings.ssl_ca_location)
    except OSError as error:
        raise SetupError(f"EDDYLINE_KAFKA__SSL_CA_LOCATION={settings.ssl_ca_location} is no readable PEM file of certificates ({_reason(error)})") from error
    try:
        if settings.ssl_certificate_location:
            # By a function, or OpenSSL would ask the terminal for a password that is not set.
            context.load_cert_chain(settings.ssl_certificate_location, settings.ssl_key_location or None, settings.ssl_key_password.get_secret_value)
    except OSError as error:
        raise SetupError(
            f"this client's certificate or key cannot be used ({_reason(error)}): EDDYLINE_KAFKA__SSL_CERTIFICATE_LOCATION, "
            "__SSL_KEY_LOCATION and __SSL_KEY_PASSWORD must name PEM files that belong together, and the key's password"
        ) from error


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return "the file holds something else, or the password is wrong" if not error.reason else error.reason.lower().replace("_", " ")
    return error.strerror or type(error).__name__


def _login(settings: KafkaSettings) -> dict[str, str]:
    if not settings.by_password:
        return {}
    password = settings.sasl_password.get_secret_value()
    return {"sasl.mechanism": settings.sasl_mechanism, "sasl.username": settings.sasl_username, "sasl.password": password}


def _certificates(settings: KafkaSettings) -> dict[str, str]:
    if not settings.by_tls:
        return {}
    certificate, password = settings.ssl_certificate_location, settings.ssl_key_password.get_secret_value()
    named = {
        "ssl.ca.location": settings.ssl_ca_location,
        "ssl.certificate.location": certificate,
        # One file may hold both.
        "ssl.key.location": settings.ssl_key_location or certificate,
        "ssl.key.password": password if certificate else "",
    }
    return {name: value for name, value in named.items() if value}
