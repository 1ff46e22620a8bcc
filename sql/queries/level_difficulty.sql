-- Question: how hard is each level?
-- Grain: one row a level, the lowest first; seconds are those of attempts that ended.
-- Reader: game designers.
SELECT
    level,
    count(*) AS attempts,
    count(DISTINCT user_id) AS players,
    count(*) FILTER (WHERE outcome = 'won') AS won,
    count(*) FILTER (WHERE outcome = 'lost') AS lost,
    count(*) FILTER (WHERE outcome = 'quit') AS quit,
    round(100e0 * count(*) FILTER (WHERE outcome = 'won') / count(*), 2) AS percent_won,
    avg(duration_s) AS mean_seconds
FROM game.events
WHERE event_type = 'finish_level'
GROUP BY level
ORDER BY level
