-- One row per order; drafts of the checkout and orders in the bin are none. The times are the
-- _gmt columns. WooCommerce writes amounts without tax and the tax apart; here they are with tax.
-- A cancelled order was cancelled when it last changed: the export has no other time. Where an
-- order was made by hand or by another program, only the shop knows its channel: created_via
-- passes unchanged.
-- The export lacks: store, loyalty card, staff.
with lines as (
    select
        id,
        unnest(from_json(line_items, '["json"]')) as line
    from export
),

goods as (
    select
        id,
        sum(
            try_cast(line ->> '$.total' as decimal(18, 4))
            + coalesce(try_cast(line ->> '$.total_tax' as decimal(18, 4)), 0)
        ) as amount
    from lines
    group by id
),

marked as (
    select
        *,
        list_filter(
            from_json(meta_data, '["json"]'),
            lambda x: x ->> '$.key' = '_wc_order_attribution_session_entry'
        ) as entries,
        list_filter(
            from_json(meta_data, '["json"]'),
            lambda x: x ->> '$.key' = '_wc_order_attribution_referrer'
        ) as referrers
    from export
    where status not in ('checkout-draft', 'auto-draft', 'trash')
),

orders as (
    select
        marked.*,
        goods.amount
    from marked
    left join goods on marked.id = goods.id
)

select
    id,
    number as name,
    nullif(coalesce(email, billing ->> '$.email'), '') as email,
    nullif(coalesce(phone, billing ->> '$.phone'), '') as phone,
    nullif(customer_id, '0') as customer_id,
    created_at,
    modified_at as updated_at,
    case when status = 'cancelled' then modified_at end as cancelled_at,
    currency,
    amount as subtotal_price,
    try_cast(discount as decimal(18, 4))
    + coalesce(try_cast(discount_tax as decimal(18, 4)), 0) as total_discounts,
    tax as total_tax,
    try_cast(shipping as decimal(18, 4))
    + coalesce(try_cast(shipping_tax as decimal(18, 4)), 0) as total_shipping,
    'true' as taxes_included,
    total as total_price,
    case
        when created_via in ('checkout', 'store-api') then 'web'
        when created_via in ('pos-rest-api', 'pos') then 'pos'
        else created_via
    end as source_name,
    nullif(
        array_to_string(
            list_transform(from_json(coupon_lines, '["json"]'), lambda x: x ->> '$.code'), ','
        ),
        ''
    ) as discount_codes,
    entries[1] ->> '$.value' as landing_site,
    referrers[1] ->> '$.value' as referring_site,
    case payment_method when 'cod' then 'cash_on_delivery' else payment_method end
        as payment_method,
    case
        when status = 'refunded' then 'refunded'
        when status in ('cancelled', 'failed') then 'voided'
        when len(from_json(refunds, '["json"]')) > 0 then 'partially_refunded'
        when paid_at is not null or status = 'completed' then 'paid'
        when status in ('pending', 'on-hold', 'processing') then 'pending'
        else status
    end as financial_status
from orders
order by _row
