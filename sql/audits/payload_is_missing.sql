-- Question: which events lack a field that their type requires?
-- Grain: one row an event.
-- Reader: whoever adds event types.
SELECT
    kafka_partition,
    kafka_offset,
    event_id,
    event_type
FROM game.events
WHERE CASE event_type
    WHEN 'purchase_item' THEN item_type IS NULL OR price IS NULL OR quantity IS NULL
    WHEN 'sell_item' THEN item_type IS NULL OR price IS NULL OR quantity IS NULL
    WHEN 'use_item' THEN item_type IS NULL OR quantity IS NULL
    WHEN 'join_guild' THEN guild_name IS NULL
    WHEN 'take_damage' THEN amount IS NULL OR source IS NULL
    WHEN 'heal' THEN amount IS NULL
    WHEN 'start_level' THEN level IS NULL
    WHEN 'finish_level' THEN level IS NULL OR outcome IS NULL OR duration_s IS NULL
    ELSE false
END
ORDER BY kafka_partition, kafka_offset
