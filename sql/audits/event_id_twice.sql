-- Question: which events stand in the table twice?
-- Grain: one row an id that more than one row carries; an event is identified by tenant and id.
-- Reader: whoever runs the landing job.
SELECT
    tenant,
    event_id,
    count(*) AS copies,
    min(kafka_offset) AS lowest_offset,
    max(kafka_offset) AS highest_offset
FROM game.events
GROUP BY tenant, event_id
HAVING count(*) > 1
ORDER BY tenant, event_id
