-- One row per sold item of a transaction, without tax. Items have no ids, so they are numbered in
-- their order. What is sold by weight or time counts as one piece.
with lines as (
    select
        *,
        row_number() over (partition by transaction_id order by _row) as number,
        try_cast(quantity as decimal(18, 4)) as pieces,
        try_cast(gross as decimal(18, 4)) as amount
    from export
    where event = 'Payment'
)

select
    transaction_id || '-' || number as id,
    transaction_id as order_id,
    sku as product_id,
    concat_ws(' - ', item, nullif(variation, 'Regular')) as title,
    case when pieces <> floor(pieces) then '1' else coalesce(pieces::bigint::varchar, quantity) end
        as quantity,
    case
        when pieces = floor(pieces) then (amount / nullif(pieces, 0))::decimal(18, 4)
        else amount
    end as price,
    -try_cast(discounts as decimal(18, 4)) as total_discount,
    case when lower(itemization) like 'gift card%' then 'true' else 'false' end as gift_card
from lines
order by _row
