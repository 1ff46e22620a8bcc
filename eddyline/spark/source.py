"""The topic source: records as Kafka has them, from the log's start, never skipping one."""

from collections.abc import Sequence
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from eddyline.settings import KafkaSettings


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
    options = {"kafka.security.protocol": kafka.security_protocol} | _certificates(kafka)
    if not kafka.sasl_mechanism:
        return options
    module = "scram.ScramLoginModule" if kafka.sasl_mechanism.startswith("SCRAM") else "plain.PlainLoginModule"
    name, password = (_quoted(word) for word in (kafka.sasl_username, kafka.sasl_password.get_secret_value()))
    login = f"org.apache.kafka.common.security.{module} required username={name} password={password};"
    return options | {"kafka.sasl.mechanism": kafka.sasl_mechanism, "kafka.sasl.jaas.config": login}


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _certificates(kafka: KafkaSettings) -> dict[str, str]:
    if not kafka.security_protocol.endswith("SSL"):
        return {}
    options: dict[str, str] = {}
    if kafka.ssl_ca_location:
        options |= {"kafka.ssl.truststore.type": "PEM", "kafka.ssl.truststore.location": kafka.ssl_ca_location}
    if kafka.ssl_certificate_location:
        # Java wants key and certificate in one file, librdkafka in two: so their texts are handed over.
        texts = {"certificate.chain": kafka.ssl_certificate_location, "key": kafka.ssl_key_location}
        options |= {"kafka.ssl.keystore.type": "PEM"} | {f"kafka.ssl.keystore.{name}": Path(file).read_text("utf-8") for name, file in texts.items()}
    return options | ({"kafka.ssl.key.password": password} if (password := kafka.ssl_key_password.get_secret_value()) else {})
