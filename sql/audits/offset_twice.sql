-- Question: which records of the log landed twice?
-- Grain: one row a table and offset that more than one of its rows carries.
-- Reader: whoever runs the landing job.
WITH landed AS (
    SELECT 'game.events' AS table_name, 'events' AS kafka_topic, kafka_partition, kafka_offset FROM game.events
    UNION ALL
    SELECT 'ops.quarantine' AS table_name, kafka_topic, kafka_partition, kafka_offset FROM ops.quarantine
)
SELECT
    table_name,
    kafka_topic,
    kafka_partition,
    kafka_offset,
    count(*) AS copies
FROM landed
GROUP BY table_name, kafka_topic, kafka_partition, kafka_offset
HAVING count(*) > 1
ORDER BY table_name, kafka_topic, kafka_partition, kafka_offset
