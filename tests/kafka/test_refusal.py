"""What a broker's refusal means is said in one line, whichever client tells of it, and without the password."""

import pytest

from eddyline.kafka.refusal import Refusals, refusal

CLIENT = {"bootstrap.servers": "kafka:9093", "sasl.mechanism": "SCRAM-SHA-512", "sasl.username": "lander", "sasl.password": "planted"}

# As librdkafka 2.16 and kafka-python 3.0.12 said it to a real broker 4.3.
SAID = {
    "SASL_PASSWORD": [
        "sasl_ssl://kafka:9093/bootstrap: SASL authentication error: Authentication failed during authentication due to invalid credentials",
        "Connection failed: SaslAuthenticationFailedError: SaslAuthenticationFailedError: Authentication failed during authentication",
    ],
    "SSL_CA_LOCATION": [
        "sasl_ssl://kafka:9093/bootstrap: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate",
        "Connection failed: KafkaConnectionError: Handshake failed: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer",
    ],
    "BOOTSTRAP_SERVERS": ["[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'kafka'."],
    "SSL_CERTIFICATE_LOCATION": ["ssl://kafka:9093/bootstrap: Receive failed: error:0A000412:SSL routines::ssl/tls alert bad certificate: SSL alert number 42"],
    "SECURITY_PROTOCOL": [
        "sasl_ssl://kafka:9093: SSL handshake failed: Disconnected: SSL connection closed by peer: connecting to a PLAINTEXT broker listener?"
    ],
}


@pytest.mark.parametrize(("setting", "words"), [(setting, words) for setting, sentences in SAID.items() for words in sentences])
def test_each_refusal_names_the_setting_to_look_at(setting: str, words: str) -> None:
    meaning = refusal(words, CLIENT)
    assert f"__{setting}" in meaning
    assert "kafka:9093" in meaning
    assert "\n" not in meaning
    assert "planted" not in meaning


@pytest.mark.parametrize(
    "words",
    ["1/1 brokers are down", "Connection failed: Handshake failed: [Errno 111] Connection refused", "kafka:9093/1: Disconnected (after 10ms in state UP)", ""],
)
def test_an_outage_is_no_refusal(words: str) -> None:
    assert refusal(words, CLIENT) == ""


def test_a_connection_that_ends_at_the_login_is_a_refusal_only_where_there_is_a_login() -> None:
    words = "Bootstrap connection to bootstrap-0 failed: KafkaConnectionError: socket disconnected (backoff 0.05 secs)"
    assert "__SASL_PASSWORD" in refusal(words, CLIENT)
    assert refusal(words, {"bootstrap.servers": "kafka:9092"}) == ""


def test_a_refusal_is_remembered_until_nothing_listens_any_more() -> None:
    #   refused ── brokers down (still refused) ── connection refused: an outage
    refusals = Refusals(CLIENT)
    assert refusals.error is None
    for words, refused in [(SAID["SASL_PASSWORD"][0], True), ("1/1 brokers are down", True), ("Connect to ipv4#127.0.0.1:1 failed: Connection refused", False)]:
        refusals.hear(words)
        assert (refusals.error is not None) == refused
