-- Question: of the players who came for the first time on a day, how many are back later?
-- Grain: one row a first day (UTC) and number of days since, day 0 being the first day itself.
-- Reader: product owner, marketing.
WITH active AS (
    SELECT DISTINCT
        tenant,
        user_id,
        CAST(occurred_at AS date) AS day
    FROM game.events
),
cohorts AS (
    SELECT
        tenant,
        user_id,
        day,
        min(day) OVER (PARTITION BY tenant, user_id) AS first_day
    FROM active
),
counted AS (
    SELECT
        first_day,
        date_diff('day', first_day, day) AS days_since,
        count(*) AS players
    FROM cohorts
    GROUP BY first_day, date_diff('day', first_day, day)
)
SELECT
    first_day,
    days_since,
    players,
    round(100e0 * players / first_value(players) OVER (PARTITION BY first_day ORDER BY days_since), 2) AS percent_of_newcomers
FROM counted
ORDER BY first_day, days_since
