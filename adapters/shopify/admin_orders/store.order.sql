-- One row per order: its first row in the export, which alone has its totals.
-- Refunded Amount has no day; partial refunds are in store.refund_line.sql.
select
    coalesce(id, name) as id,
    name,
    email,
    coalesce(phone, billing_phone) as phone,
    created_at,
    cancelled_at,
    currency,
    subtotal as subtotal_price,
    discount_amount as total_discounts,
    taxes as total_tax,
    shipping as total_shipping,
    duties as total_duties,
    tip as total_tip,
    total as total_price,
    case
        when lower(source) in ('pos', 'iphone', 'android') then 'pos'
        when lower(source) = 'shopify_draft_order' then 'phone'
        when lower(source) in ('facebook', 'instagram') then lower(source)
        else 'web'
    end as source_name,
    location as location_id,
    employee as staff_id,
    discount_code as discount_codes,
    payment_method,
    financial_status
from export
where total is not null
order by _row
