-- Question: which events lack what every event carries?
-- Grain: one row an event with a required column that is NULL or an empty name.
-- Reader: whoever runs the landing job.
SELECT
    kafka_partition,
    kafka_offset,
    event_id,
    event_type
FROM game.events
WHERE coalesce(event_id, '') = ''
    OR coalesce(tenant, '') = ''
    OR coalesce(event_type, '') = ''
    OR coalesce(user_id, '') = ''
    OR occurred_at IS NULL
    OR received_at IS NULL
    OR kafka_partition IS NULL
    OR kafka_offset IS NULL
    OR landed_at IS NULL
ORDER BY kafka_partition, kafka_offset
