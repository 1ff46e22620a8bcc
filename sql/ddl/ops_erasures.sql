-- Rendered from eddyline/contracts by `python -m eddyline.contracts.render`; do not edit.
CREATE TABLE IF NOT EXISTS lake.ops.erasures (
    erasure_id VARCHAR NOT NULL COMMENT 'One run of the command.',
    subject_sha256 VARCHAR NOT NULL COMMENT 'SHA-256 of the installation''s salt, the tenant and the user.',
    place VARCHAR NOT NULL COMMENT 'Where: a table, a topic, a file or a store.',
    erased BIGINT NOT NULL COMMENT 'How many rows, records or files of the user were removed there.',
    others BIGINT NOT NULL COMMENT 'How many records of others left with them; each of those had landed.',
    remaining VARCHAR COMMENT 'What could not be removed, and why; empty when nothing is left.',
    erased_at TIMESTAMP(6) WITH TIME ZONE NOT NULL COMMENT 'When.'
)
COMMENT 'What each erasure of a user removed, and where; the user is named by a salted hash only.'
WITH (
    format = 'PARQUET',
    format_version = 2,
    partitioning = ARRAY['day(erased_at)'],
    sorted_by = ARRAY['erased_at']
);
