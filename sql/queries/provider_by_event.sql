-- Question: through which network provider do the events of each kind come?
-- Grain: one row an event type and provider, the busiest provider first; the provider is the name in the player's host, `other` for all else.
-- Reader: partnerships, network operations.
WITH provided AS (
    SELECT
        event_type,
        coalesce(regexp_extract(lower(host), '\b(comcast|att|google|frontier|cox|earthlink)\.', 1), 'other') AS provider
    FROM game.events
)
SELECT
    event_type,
    provider,
    count(*) AS events
FROM provided
GROUP BY event_type, provider
ORDER BY event_type, events DESC, provider
