-- Question: how does each guild grow from day to day?
-- Grain: one row a guild and day (UTC) on which somebody joined or left it; members counts from the first event on.
-- Reader: community managers.
WITH moves AS (
    SELECT
        CAST(occurred_at AS date) AS day,
        guild_name,
        count(*) FILTER (WHERE event_type = 'join_guild') AS joined,
        count(*) FILTER (WHERE event_type = 'leave_guild') AS left_guild
    FROM game.events
    WHERE event_type IN ('join_guild', 'leave_guild') AND guild_name IS NOT NULL
    GROUP BY CAST(occurred_at AS date), guild_name
)
SELECT
    day,
    guild_name,
    joined,
    left_guild,
    sum(joined - left_guild) OVER (PARTITION BY guild_name ORDER BY day) AS members
FROM moves
ORDER BY day, guild_name
