-- Rendered from eddyline/contracts by `python -m eddyline.contracts.render`; do not edit.
CREATE TABLE IF NOT EXISTS lake.ops.erased (
    table_name VARCHAR NOT NULL COMMENT 'The table the row was deleted from.',
    kafka_topic VARCHAR NOT NULL COMMENT 'Topic of the record.',
    first_offset BIGINT COMMENT 'Of consecutive offsets the first, kafka_offset being the last; beyond it where only the mark is to be kept.',
    kafka_partition INTEGER NOT NULL COMMENT 'Partition of the record on its topic.',
    kafka_offset BIGINT NOT NULL COMMENT 'Offset of the record in its partition; with the partition, the mark of exactly once.',
    landed_at TIMESTAMP(6) WITH TIME ZONE NOT NULL COMMENT 'When the batch that landed the row began.'
)
COMMENT 'Offsets whose rows were deleted on purpose: they keep the marks from sinking and stay countable.'
WITH (
    format = 'PARQUET',
    format_version = 2,
    partitioning = ARRAY['day(landed_at)'],
    sorted_by = ARRAY['table_name', 'kafka_offset']
);
