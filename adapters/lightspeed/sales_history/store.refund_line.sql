-- One row per returned line, without tax. It names no line of the sale: goods came back, so it
-- names itself, and its own receipt.
with lines as (
    select
        *,
        row_number() over (partition by receipt order by _row) as number,
        try_cast(quantity as decimal(18, 4)) as pieces
    from export
    where line_type = 'Sale Line'
)

select
    receipt || '-' || number as id,
    receipt as refund_id,
    receipt as order_id,
    receipt || '-' || number as order_line_id,
    case when pieces = floor(pieces) then abs(pieces)::bigint else 1 end as quantity,
    abs(try_cast(subtotal as decimal(18, 4))) as subtotal,
    created_at,
    register as location_id
from lines
where pieces < 0
order by _row
