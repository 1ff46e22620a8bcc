-- Rendered from eddyline/contracts by `python -m eddyline.contracts.render`; do not edit.
CREATE TABLE IF NOT EXISTS lake.ops.quarantine (
    kafka_topic VARCHAR NOT NULL COMMENT 'Topic of the record.',
    event_id VARCHAR COMMENT 'The event''s id, where one could be read.',
    tenant VARCHAR COMMENT 'Whose event it is, where that could be read.',
    stage VARCHAR NOT NULL COMMENT 'Who refused it: `door` or `job`.',
    reason VARCHAR NOT NULL COMMENT 'Why, as a word to count by.',
    detail VARCHAR COMMENT 'Why, as a sentence.',
    value VARBINARY COMMENT 'The record''s bytes, the first 256 KiB of them.',
    value_length BIGINT NOT NULL COMMENT 'Length of the whole value in bytes.',
    value_sha256 VARCHAR NOT NULL COMMENT 'SHA-256 of the whole value.',
    key VARBINARY COMMENT 'The record''s key.',
    headers VARCHAR COMMENT 'The record''s headers as JSON text.',
    occurred_at TIMESTAMP(6) WITH TIME ZONE COMMENT 'When it happened, where that could be read.',
    received_at TIMESTAMP(6) WITH TIME ZONE NOT NULL COMMENT 'When the broker took the record.',
    kafka_partition INTEGER NOT NULL COMMENT 'Partition of the record on its topic.',
    kafka_offset BIGINT NOT NULL COMMENT 'Offset of the record in its partition; with the partition, the mark of exactly once.',
    landed_at TIMESTAMP(6) WITH TIME ZONE NOT NULL COMMENT 'When the batch that landed the row began.'
)
COMMENT 'Every record that could not become an event, with its bytes and the reason.'
WITH (
    format = 'PARQUET',
    format_version = 2,
    partitioning = ARRAY['day(landed_at)'],
    sorted_by = ARRAY['reason', 'kafka_offset']
);
