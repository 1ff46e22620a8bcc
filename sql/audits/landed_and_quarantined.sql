-- Question: which records are both an event and in quarantine?
-- Grain: one row an offset of the topic `events` that both tables hold.
-- Reader: whoever runs the landing job.
SELECT
    landed.kafka_partition,
    landed.kafka_offset,
    landed.event_id,
    quarantined.stage,
    quarantined.reason
FROM game.events AS landed
JOIN ops.quarantine AS quarantined
    ON quarantined.kafka_topic = 'events'
    AND quarantined.kafka_partition = landed.kafka_partition
    AND quarantined.kafka_offset = landed.kafka_offset
ORDER BY landed.kafka_partition, landed.kafka_offset
