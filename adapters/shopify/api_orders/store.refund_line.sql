-- One row per refunded line, and one per adjustment (shipping, or a difference to the lines), with
-- its tax: the adjustment of a refund is negative where more is paid back.
with refunds as (
    select
        _row,
        id as order_id,
        unnest(from_json(refunds, '["json"]')) as refund
    from export
),

lines as (
    select
        _row,
        order_id,
        refund,
        unnest(from_json(refund -> '$.refund_line_items', '["json"]')) as line
    from refunds
),

adjustments as (
    select
        _row,
        order_id,
        refund,
        unnest(from_json(refund -> '$.order_adjustments', '["json"]')) as adjustment
    from refunds
),

refunded as (
    select
        _row,
        line ->> '$.id' as id,
        refund ->> '$.id' as refund_id,
        order_id,
        line ->> '$.line_item_id' as order_line_id,
        line ->> '$.quantity' as quantity,
        line ->> '$.subtotal' as subtotal,
        refund ->> '$.created_at' as created_at,
        refund ->> '$.note' as reason,
        line ->> '$.location_id' as location_id
    from lines
    union all
    select
        _row,
        adjustment ->> '$.id' as id,
        refund ->> '$.id' as refund_id,
        order_id,
        null as order_line_id,
        null as quantity,
        (
            -try_cast(adjustment ->> '$.amount' as decimal(18, 4))
            - coalesce(try_cast(adjustment ->> '$.tax_amount' as decimal(18, 4)), 0)
        )::varchar as subtotal,
        refund ->> '$.created_at' as created_at,
        coalesce(nullif(refund ->> '$.note', ''), adjustment ->> '$.reason') as reason,
        null as location_id
    from adjustments
)

select * exclude (_row)
from refunded
order by _row, refund_id, id
