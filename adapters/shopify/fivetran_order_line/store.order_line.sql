-- One row per line of an order. A discount on the whole order is in a table of its own, and is
-- not among the lines' discounts.
select
    id,
    order_id,
    product_id,
    title,
    quantity,
    price,
    total_discount,
    gift_card
from export
order by _row
