-- Question: which events claim to have happened when they cannot have?
-- Grain: one row an event outside of received_at - 400 days to received_at + 5 minutes.
-- Reader: whoever runs the landing job.
SELECT
    kafka_partition,
    kafka_offset,
    event_id,
    occurred_at,
    received_at
FROM game.events
WHERE occurred_at < received_at - INTERVAL '400' DAY
    OR occurred_at > received_at + INTERVAL '5' MINUTE
ORDER BY kafka_partition, kafka_offset
