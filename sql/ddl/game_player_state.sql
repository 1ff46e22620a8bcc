-- Rendered from eddyline/contracts by `python -m eddyline.contracts.render`; do not edit.
CREATE TABLE IF NOT EXISTS lake.game.player_state (
    tenant VARCHAR NOT NULL COMMENT 'Whose player it is.',
    user_id VARCHAR NOT NULL COMMENT 'The player.',
    inventory VARCHAR NOT NULL COMMENT 'What the player owns: JSON, item to count.',
    gold_spent DOUBLE NOT NULL COMMENT 'Gold paid for items.',
    gold_earned DOUBLE NOT NULL COMMENT 'Gold received for items.',
    health DOUBLE NOT NULL COMMENT 'Health points, 0 to 100.',
    guild VARCHAR COMMENT 'The guild the player is in.',
    level BIGINT NOT NULL COMMENT 'The level the player may try next: the highest one won, and one.',
    events BIGINT NOT NULL COMMENT 'How many events were applied.',
    last_seen_at TIMESTAMP(6) WITH TIME ZONE NOT NULL COMMENT 'When the player''s latest event happened.',
    kafka_partition INTEGER NOT NULL COMMENT 'Partition of the last event that was applied.',
    kafka_offset BIGINT NOT NULL COMMENT 'Offset of the last event that was applied.',
    landed_at TIMESTAMP(6) WITH TIME ZONE NOT NULL COMMENT 'When the state was written.'
)
COMMENT 'The present state of every player: the fold over their events in the order of (partition, offset).'
WITH (
    format = 'PARQUET',
    format_version = 2,
    sorted_by = ARRAY['tenant', 'user_id']
);
