-- Question: when is each item bought?
-- Grain: one row an item and hour (UTC) with a purchase; gold is what the players paid.
-- Reader: shop owner, who plans sales.
SELECT
    date_trunc('hour', occurred_at) AS hour_start,
    item_type,
    count(*) AS purchases,
    sum(quantity) AS pieces,
    round(sum(price * quantity), 2) AS gold
FROM game.events
WHERE event_type = 'purchase_item'
GROUP BY date_trunc('hour', occurred_at), item_type
ORDER BY hour_start, purchases DESC, item_type
