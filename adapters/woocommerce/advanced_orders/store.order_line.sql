-- One row per line of an order. The price of a piece is without tax and after discounts.
select
    id || '-' || coalesce(line, row_number() over (partition by id order by _row)::varchar) as id,
    id as order_id,
    sku as product_id,
    title,
    quantity,
    price
from export
where quantity is not null
order by _row
