-- Rendered from eddyline/contracts by `python -m eddyline.contracts.render`; do not edit.
CREATE TABLE IF NOT EXISTS lake.ops.exports (
    export_id VARCHAR NOT NULL COMMENT 'One run of the command.',
    state VARCHAR NOT NULL COMMENT '`began`, `complete`, `failed` and cleared away, or `removed` since, by a later export or by somebody.',
    table_name VARCHAR NOT NULL COMMENT 'The table.',
    snapshot_id BIGINT COMMENT 'The table''s snapshot that was exported; NULL where it had none.',
    destination VARCHAR NOT NULL COMMENT 'The folder, as file:, s3: or hdfs: address.',
    format VARCHAR NOT NULL COMMENT '`parquet` or `csv`.',
    rows BIGINT COMMENT 'Rows in the folder, once complete.',
    files BIGINT COMMENT 'Files in the folder, once complete.',
    noted_at TIMESTAMP(6) WITH TIME ZONE NOT NULL COMMENT 'When the export reached this state.'
)
COMMENT 'Every export of a table into a folder of plain files: where copies of its rows are outside the lake.'
WITH (
    format = 'PARQUET',
    format_version = 2,
    sorted_by = ARRAY['noted_at']
);
