-- Question: how often and how long do people play each day?
-- Grain: one row a day (UTC) on which a session began; a session ends when a player does nothing for 30 minutes.
-- Reader: product owner.
WITH steps AS (
    SELECT
        tenant,
        user_id,
        occurred_at,
        kafka_partition,
        kafka_offset,
        lag(occurred_at) OVER (PARTITION BY tenant, user_id ORDER BY occurred_at, kafka_partition, kafka_offset) AS previous_at
    FROM game.events
),
numbered AS (
    SELECT
        tenant,
        user_id,
        occurred_at,
        count_if(previous_at IS NULL OR occurred_at > previous_at + INTERVAL '30' MINUTE)
            OVER (PARTITION BY tenant, user_id ORDER BY occurred_at, kafka_partition, kafka_offset) AS session
    FROM steps
),
sessions AS (
    SELECT
        tenant,
        user_id,
        min(occurred_at) AS began_at,
        date_diff('second', min(occurred_at), max(occurred_at)) AS seconds,
        count(*) AS events
    FROM numbered
    GROUP BY tenant, user_id, session
)
SELECT
    CAST(began_at AS date) AS day,
    count(*) AS sessions,
    count(DISTINCT user_id) AS players,
    round(1e0 * count(*) / count(DISTINCT user_id), 2) AS sessions_per_player,
    round(avg(seconds) / 60, 1) AS mean_minutes,
    round(avg(events), 1) AS mean_events
FROM sessions
GROUP BY CAST(began_at AS date)
ORDER BY day
