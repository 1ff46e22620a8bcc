-- Rendered from eddyline/contracts by `python -m eddyline.contracts.render`; do not edit.
CREATE TABLE IF NOT EXISTS lake.ops.gaps (
    table_name VARCHAR NOT NULL COMMENT 'The table they did not land in.',
    kafka_topic VARCHAR NOT NULL COMMENT 'Topic of the records.',
    first_offset BIGINT NOT NULL COMMENT 'The first offset of the gap, kafka_offset being the last.',
    kafka_partition INTEGER NOT NULL COMMENT 'Partition of the record on its topic.',
    kafka_offset BIGINT NOT NULL COMMENT 'Offset of the record in its partition; with the partition, the mark of exactly once.',
    landed_at TIMESTAMP(6) WITH TIME ZONE NOT NULL COMMENT 'When the batch that landed the row began.'
)
COMMENT 'Offsets that left a topic before they landed, and that somebody gave up by `--accept-gap`.'
WITH (
    format = 'PARQUET',
    format_version = 2,
    sorted_by = ARRAY['table_name', 'kafka_offset']
);
