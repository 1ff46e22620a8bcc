-- Question: who are the best customers, and what do they do?
-- Grain: one row a player, the hundred who spent the most gold.
-- Reader: community managers, support.
SELECT
    tenant,
    user_id,
    max_by(host, (occurred_at, kafka_partition, kafka_offset)) AS last_host,
    round(coalesce(sum(price * quantity) FILTER (WHERE event_type = 'purchase_item'), 0e0), 2) AS gold_spent,
    count(*) FILTER (WHERE event_type = 'purchase_item') AS purchases,
    count(*) FILTER (WHERE event_type = 'finish_level' AND outcome = 'won') AS levels_won,
    count(DISTINCT CAST(occurred_at AS date)) AS days_played,
    count(*) AS events
FROM game.events
GROUP BY tenant, user_id
ORDER BY gold_spent DESC, levels_won DESC, events DESC, tenant, user_id
LIMIT 100
