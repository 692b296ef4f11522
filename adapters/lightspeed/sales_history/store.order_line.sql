-- One row per sold line, without tax. Lines have no ids, so they are numbered in their order.
-- What is sold by weight counts as one piece.
with lines as (
    select
        *,
        row_number() over (partition by receipt order by _row) as number,
        try_cast(quantity as decimal(18, 4)) as pieces,
        try_cast(subtotal as decimal(18, 4)) + coalesce(try_cast(discount as decimal(18, 4)), 0)
            as amount
    from export
    where line_type = 'Sale Line'
)

select
    receipt || '-' || number as id,
    receipt as order_id,
    sku as product_id,
    details as title,
    case when pieces <> floor(pieces) then '1' else coalesce(pieces::bigint::varchar, quantity) end
        as quantity,
    case
        when pieces = floor(pieces) then (amount / nullif(pieces, 0))::decimal(18, 4)
        else amount
    end as price,
    discount as total_discount
from lines
where pieces > 0
order by _row
