-- Question: which rows that were erased on purpose are still there?
-- Grain: one row an erased offset that its table still holds.
-- Reader: whoever answers for erasure.
SELECT
    erased.table_name,
    erased.kafka_topic,
    landed.kafka_partition,
    landed.kafka_offset
FROM ops.erased AS erased
JOIN game.events AS landed
    ON landed.kafka_partition = erased.kafka_partition
    AND landed.kafka_offset BETWEEN coalesce(erased.first_offset, erased.kafka_offset) AND erased.kafka_offset
WHERE erased.table_name = 'game.events'
ORDER BY landed.kafka_partition, landed.kafka_offset
