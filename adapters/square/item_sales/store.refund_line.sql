-- One row per returned item, without tax. It names no line of the sale: goods came back, so it
-- names itself, and the transaction it was refunded in.
with returned as (
    select
        export.*,
        row_number() over (partition by transaction_id order by _row) as number,
        try_cast(quantity as decimal(18, 4)) as pieces
    from export
    where event = 'Refund'
)

select
    transaction_id || '-refund-' || number as id,
    coalesce(payment_id, transaction_id) as refund_id,
    transaction_id as order_id,
    transaction_id || '-refund-' || number as order_line_id,
    case when pieces = floor(pieces) then abs(pieces)::bigint else 1 end as quantity,
    abs(try_cast(net as decimal(18, 4))) as subtotal,
    created_at,
    location as location_id
from returned
order by _row
