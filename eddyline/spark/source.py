"""The topic source: records as Kafka has them, from the log's start, never skipping one."""

from collections.abc import Sequence

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
    options: dict[str, str] = {"kafka.security.protocol": kafka.security_protocol}
    if not kafka.sasl_mechanism:
        return options
    module = "scram.ScramLoginModule" if kafka.sasl_mechanism.startswith("SCRAM") else "plain.PlainLoginModule"
    login = f'org.apache.kafka.common.security.{module} required username="{kafka.sasl_username}" password="{kafka.sasl_password.get_secret_value()}";'
    return options | {"kafka.sasl.mechanism": kafka.sasl_mechanism, "kafka.sasl.jaas.config": login}
