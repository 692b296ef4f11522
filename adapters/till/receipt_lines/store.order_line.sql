-- One row per sold line of a receipt, with tax. What is sold by weight or length counts as one
-- piece.
with lines as (
    select
        *,
        coalesce(document_id, concat_ws('-', store, register, day, receipt)) as order_id,
        try_cast(quantity as decimal(18, 4)) as pieces,
        abs(try_cast(discount as decimal(18, 4))) as discount_amount
    from export
),

numbered as (
    select
        *,
        coalesce(line, row_number() over (partition by order_id order by _row)::varchar) as number
    from lines
)

select
    order_id || '-' || number as id,
    order_id,
    sku as product_id,
    title,
    case when pieces <> floor(pieces) then '1' else coalesce(pieces::bigint::varchar, quantity) end
        as quantity,
    case
        when pieces <> floor(pieces)
            then (try_cast(total as decimal(18, 4)) + coalesce(discount_amount, 0))::varchar
        else price
    end as price,
    discount_amount as total_discount
from numbered
where not coalesce(pieces < 0, false)
order by _row
