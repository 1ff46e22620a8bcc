"""Why a broker that is there does not let us in: the words of two clients, turned into what to do next."""

from collections.abc import Mapping
from typing import Any

from eddyline.errors import BrokerRefuses

_LOGIN = ("authentication failed", "authentication error", "authenticationfailed", "unsupported sasl mechanism", "unsupportedsaslmechanism")
# kafka-python drops the broker's answer to a wrong login when the connection's end comes with it, as it does by TLS.
_ENDED_AT_LOGIN = ("failed: kafkaconnectionerror: socket disconnected",)
_ANOTHER_HOST = ("hostname mismatch", "ip address mismatch", "certificate is not valid for")
_UNTRUSTED = ("certificate verify failed", "certificate_verify_failed")
_OUR_CERTIFICATE = ("alert bad certificate", "alert certificate required", "alert unknown ca", "certificate_required", "bad_certificate", "unknown_ca")
_NO_TLS = ("connecting to a plaintext broker listener", "wrong version number", "wrong_version_number")
_ENDED = ("eof occurred in violation of protocol",)


def refusal(words: str, client: Mapping[str, Any]) -> str:
    """Say what to do about a refusal that a client's library tells of; empty when its words tell of something else."""
    said, where = words.lower(), f"Kafka at {client['bootstrap.servers']}"
    user = f"{client.get('sasl.username', 'without a name')} ({client.get('sasl.mechanism', 'no mechanism')})"
    logins = _LOGIN + (_ENDED_AT_LOGIN if "sasl.username" in client else ())
    meanings = {
        logins: f"{where} refuses the user {user}: check EDDYLINE_KAFKA__SASL_USERNAME, __SASL_PASSWORD and __SASL_MECHANISM",
        _ANOTHER_HOST: f"{where} shows a certificate for another host: use the name it was made for in EDDYLINE_KAFKA__BOOTSTRAP_SERVERS",
        # librdkafka says the same of a certificate for another host.
        _UNTRUSTED: f"{where} shows a certificate that is not trusted here or is another host's: check EDDYLINE_KAFKA__SSL_CA_LOCATION and __BOOTSTRAP_SERVERS",
        _OUR_CERTIFICATE: f"{where} wants a certificate of this client, or another one: check EDDYLINE_KAFKA__SSL_CERTIFICATE_LOCATION and __SSL_KEY_LOCATION",
        _NO_TLS: f"{where} does not speak TLS: check EDDYLINE_KAFKA__SECURITY_PROTOCOL and the port",
        _ENDED: f"{where} ends TLS connections: check EDDYLINE_KAFKA__SECURITY_PROTOCOL, and __SSL_CERTIFICATE_LOCATION if it asks for a certificate",
    }
    return next((meaning for signs, meaning in meanings.items() if any(sign in said for sign in signs)), "")


class Refusals:
    """Remembers why a client is not let in, from what its library says in the background."""

    def __init__(self, client: Mapping[str, Any]) -> None:
        self._client = {name: value for name, value in client.items() if "password" not in name}
        self._meaning = ""

    def hear(self, words: str) -> None:
        """Take note of one sentence."""
        found = refusal(words, self._client)
        # After a refusal clients say much about brokers being down; only that nothing listens any more takes it back.
        if found or "connection refused" in words.lower():
            self._meaning = found

    @property
    def error(self) -> BrokerRefuses | None:
        """The newest refusal, to be raised."""
        return BrokerRefuses(self._meaning) if self._meaning else None
