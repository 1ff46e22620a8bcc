-- Rendered from eddyline/contracts by `python -m eddyline.contracts.render`; do not edit.
CREATE TABLE IF NOT EXISTS lake.game.events (
    event_id VARCHAR NOT NULL COMMENT 'Identifies the event within its tenant.',
    tenant VARCHAR NOT NULL COMMENT 'Whose event it is.',
    event_type VARCHAR NOT NULL COMMENT 'What happened.',
    user_id VARCHAR NOT NULL COMMENT 'The player.',
    occurred_at TIMESTAMP(6) WITH TIME ZONE NOT NULL COMMENT 'When it happened.',
    received_at TIMESTAMP(6) WITH TIME ZONE NOT NULL COMMENT 'When the door received it; the broker''s time for a record that came by no door.',
    item_type VARCHAR COMMENT 'The kind of item, for example sword.',
    price DOUBLE COMMENT 'Gold for one piece.',
    quantity BIGINT COMMENT 'How many.',
    guild_name VARCHAR COMMENT 'The guild.',
    amount DOUBLE COMMENT 'Health points.',
    source VARCHAR COMMENT 'What or who did the damage.',
    level BIGINT COMMENT 'The level''s number.',
    outcome VARCHAR COMMENT 'How the attempt ended.',
    duration_s DOUBLE COMMENT 'Seconds from the level''s start to its end.',
    host VARCHAR COMMENT 'The request''s Host header: the player''s network name.',
    headers VARCHAR COMMENT 'The request''s headers as JSON text.',
    remote_address VARCHAR COMMENT 'The client''s network address.',
    kafka_partition INTEGER NOT NULL COMMENT 'Partition of the record on its topic.',
    kafka_offset BIGINT NOT NULL COMMENT 'Offset of the record in its partition; with the partition, the mark of exactly once.',
    landed_at TIMESTAMP(6) WITH TIME ZONE NOT NULL COMMENT 'When the batch that landed the row began.'
)
COMMENT 'Every accepted game event, once.'
WITH (
    format = 'PARQUET',
    format_version = 2,
    partitioning = ARRAY['day(occurred_at)'],
    sorted_by = ARRAY['event_type', 'occurred_at']
);
