-- Rendered from eddyline/contracts by `python -m eddyline.contracts.render`; do not edit.
CREATE TABLE IF NOT EXISTS lake.ops.replays (
    kafka_topic VARCHAR NOT NULL COMMENT 'Topic of the quarantined record.',
    attempt INTEGER NOT NULL COMMENT 'Which attempt it was, from 1.',
    outcome VARCHAR NOT NULL COMMENT '`sent` to the topic, `failed` as it still is no event, or `landed` when the table had its event already.',
    reason VARCHAR COMMENT 'Why it failed, as a word to count by.',
    detail VARCHAR COMMENT 'Why it failed, as a sentence.',
    tenant VARCHAR COMMENT 'Tenant of the event that was sent.',
    event_id VARCHAR COMMENT 'Id of the event that was sent.',
    replay_partition INTEGER COMMENT 'Partition of the record that was sent.',
    replay_offset BIGINT COMMENT 'Offset of the record that was sent.',
    mapping_sha256 VARCHAR COMMENT 'SHA-256 of the mapping file that was used.',
    kafka_partition INTEGER NOT NULL COMMENT 'Partition of the record on its topic.',
    kafka_offset BIGINT NOT NULL COMMENT 'Offset of the record in its partition; with the partition, the mark of exactly once.',
    landed_at TIMESTAMP(6) WITH TIME ZONE NOT NULL COMMENT 'When the batch that landed the row began.'
)
COMMENT 'Every attempt to replay a quarantined record; partition and offset are those of the quarantined record.'
WITH (
    format = 'PARQUET',
    format_version = 2,
    partitioning = ARRAY['day(landed_at)'],
    sorted_by = ARRAY['kafka_topic', 'kafka_offset']
);
