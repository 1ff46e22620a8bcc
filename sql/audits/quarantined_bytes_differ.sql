-- Question: which quarantined records do not hold the bytes they should?
-- Grain: one row a record whose bytes, kept up to 256 KiB, do not match the length or the SHA-256 stated beside them.
-- Reader: whoever replays quarantine.
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    reason,
    value_length
FROM ops.quarantine
WHERE (value IS NOT NULL AND length(to_hex(value)) / 2 <> least(value_length, 262144))
    OR (value IS NOT NULL AND value_length <= 262144 AND lower(to_hex(sha256(value))) <> lower(value_sha256))
    OR (value IS NULL AND value_length > 0)
ORDER BY kafka_topic, kafka_partition, kafka_offset
