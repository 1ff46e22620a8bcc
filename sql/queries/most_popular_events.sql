-- Question: which kinds of events happen most, and how many players make them?
-- Grain: one row an event type, the most frequent first.
-- Reader: product owner.
SELECT
    event_type,
    count(*) AS events,
    count(DISTINCT user_id) AS players,
    round(100e0 * count(*) / sum(count(*)) OVER (), 2) AS percent_of_events
FROM game.events
GROUP BY event_type
ORDER BY events DESC, event_type
