-- Question: how does each guild grow from day to day?
-- Grain: one row a guild and day (UTC) on which somebody joined or left it; members counts from the first event on.
-- Reader: community managers.
WITH moves AS (
    SELECT
        tenant,
        user_id,
        occurred_at,
        kafka_partition,
        kafka_offset,
        -- A player is in one guild: whoever leaves is in none, whoever joins another has left the one before.
        CASE WHEN event_type = 'join_guild' THEN guild_name END AS guild_after
    FROM game.events
    WHERE event_type IN ('join_guild', 'leave_guild')
),
steps AS (
    SELECT
        CAST(occurred_at AS date) AS day,
        guild_after,
        lag(guild_after) OVER (PARTITION BY tenant, user_id ORDER BY occurred_at, kafka_partition, kafka_offset) AS guild_before
    FROM moves
),
changes AS (
    SELECT day, guild_after AS guild_name, 1 AS joined, 0 AS left_guild FROM steps WHERE guild_after IS DISTINCT FROM guild_before AND guild_after IS NOT NULL
    UNION ALL
    SELECT day, guild_before AS guild_name, 0 AS joined, 1 AS left_guild FROM steps WHERE guild_after IS DISTINCT FROM guild_before AND guild_before IS NOT NULL
)
SELECT
    day,
    guild_name,
    sum(joined) AS joined,
    sum(left_guild) AS left_guild,
    sum(sum(joined - left_guild)) OVER (PARTITION BY guild_name ORDER BY day) AS members
FROM changes
GROUP BY day, guild_name
ORDER BY day, guild_name
