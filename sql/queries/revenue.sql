-- Question: what does the shop earn each day with each item, and what does it pay back?
-- Grain: one row a day (UTC) and item; gold.
-- Reader: business.
SELECT
    CAST(occurred_at AS date) AS day,
    item_type,
    coalesce(sum(quantity) FILTER (WHERE event_type = 'purchase_item'), 0) AS pieces_sold,
    round(coalesce(sum(price * quantity) FILTER (WHERE event_type = 'purchase_item'), 0e0), 2) AS revenue,
    round(coalesce(sum(price * quantity) FILTER (WHERE event_type = 'sell_item'), 0e0), 2) AS paid_back
FROM game.events
WHERE event_type IN ('purchase_item', 'sell_item')
GROUP BY CAST(occurred_at AS date), item_type
ORDER BY day, revenue DESC, item_type
