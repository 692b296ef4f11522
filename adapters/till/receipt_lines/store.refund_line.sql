-- One row per returned line of a receipt: one with a negative quantity. The till does not say
-- which sale it comes from: goods came back, so the line names itself, and its own receipt. What
-- was sold on the same receipt is lowered by it; a receipt of returns alone lowers no order.
with lines as (
    select
        *,
        coalesce(document_id, concat_ws('-', store, register, day, receipt)) as order_id,
        try_cast(quantity as decimal(18, 4)) as pieces
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
    order_id as refund_id,
    order_id,
    order_id || '-' || number as order_line_id,
    case when pieces = floor(pieces) then abs(pieces)::bigint else 1 end as quantity,
    abs(try_cast(total as decimal(18, 4))) as subtotal,
    created_at,
    store as location_id
from numbered
where pieces < 0
order by _row
