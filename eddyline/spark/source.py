"""The topic source: records as Kafka has them, from the log's start, never skipping one."""

import re
from base64 import b64decode
from collections.abc import Sequence
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from eddyline.errors import SetupError
from eddyline.settings import KafkaSettings

_KEY = re.compile(r"-BEGIN (ENCRYPTED )?PRIVATE KEY-+\s+([A-Za-z0-9+/=\s]+)-")
# The object identifier 1.2.840.113549.1.5.13; Kafka asks Java for an algorithm of its parent's name, and there is none.
_PBES2 = bytes.fromhex("06092a864886f70d01050d")


def read_topics(spark: SparkSession, kafka: KafkaSettings, topics: Sequence[str], max_offsets_per_trigger: int) -> DataFrame:
    """Stream the topics' records: kafka_topic, kafka_partition, kafka_offset, recorded_at, key, value, headers.

    Fails, rather than skips, when the log no longer holds what comes next.
    """
    reader = spark.readStream.format("kafka")
    for option, value in (_options(kafka) | {"subscribe": ",".join(topics), "maxOffsetsPerTrigger": str(max_offsets_per_trigger)}).items():
        reader = reader.option(option, value)
    return reader.load().select(
        F.col("topic").alias("kafka_topic"),
        F.col("partition").alias("kafka_partition"),
        F.col("offset").alias("kafka_offset"),
        F.col("timestamp").alias("recorded_at"),
        "key",
        "value",
        "headers",
    )


def _options(kafka: KafkaSettings) -> dict[str, str]:
    return _security(kafka) | {
        "kafka.bootstrap.servers": kafka.bootstrap_servers,
        "kafka.isolation.level": "read_committed",
        "kafka.default.api.timeout.ms": "20000",
        "kafka.request.timeout.ms": "15000",
        "startingOffsets": "earliest",
        "failOnDataLoss": "true",
        "includeHeaders": "true",
    }


def _security(kafka: KafkaSettings) -> dict[str, str]:
    # Options of a source go to the JVM by its socket: they are on no command line, and Kafka hides these in its own log.
    return {"kafka.security.protocol": kafka.security_protocol} | _login(kafka) | _certificates(kafka)


def _login(kafka: KafkaSettings) -> dict[str, str]:
    if not kafka.by_password:
        return {}
    module = "scram.ScramLoginModule" if kafka.sasl_mechanism.startswith("SCRAM") else "plain.PlainLoginModule"
    name, password = (_quoted(word) for word in (kafka.sasl_username, kafka.sasl_password.get_secret_value()))
    login = f"org.apache.kafka.common.security.{module} required username={name} password={password};"
    return {"kafka.sasl.mechanism": kafka.sasl_mechanism, "kafka.sasl.jaas.config": login}


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _certificates(kafka: KafkaSettings) -> dict[str, str]:
    if not kafka.by_tls:
        return {}
    # Handed over as texts: executors on other machines have no such files, and Java wants key and certificate in one.
    authorities = {"truststore.type": "PEM", "truststore.certificates": _text(kafka.ssl_ca_location)} if kafka.ssl_ca_location else {}
    return {f"kafka.ssl.{name}": value for name, value in (authorities | _own_certificate(kafka)).items()}


def _own_certificate(kafka: KafkaSettings) -> dict[str, str]:
    if not kafka.ssl_certificate_location:
        return {}
    password = kafka.ssl_key_password.get_secret_value()
    texts = {
        "keystore.certificate.chain": _text(kafka.ssl_certificate_location),
        "keystore.key": _key(kafka.ssl_key_location or kafka.ssl_certificate_location),
    }
    return {"keystore.type": "PEM"} | texts | ({"key.password": password} if password else {})


def _key(file: str) -> str:
    text = _text(file)
    found = _KEY.search(text)
    if not found:
        raise SetupError(f"{file} holds no key in PKCS 8, the only kind that Spark's Kafka client reads: convert it by `openssl pkcs8 -topk8 -nocrypt`")
    if found[1] and _PBES2 in b64decode(found[2]):
        raise SetupError(
            f"{file} is encrypted in a way that Java does not read: convert it by `openssl pkcs8 -topk8 -v1 PBE-SHA1-3DES`, or keep it unencrypted"
        )
    return text


def _text(file: str) -> str:
    return Path(file).read_text("utf-8")
