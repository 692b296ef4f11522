-- One row per order.
-- A channel of Shopify's that is none of the contract's (an app's number) passes unchanged.
-- The export lacks: discount codes, payment method (tables of their own), loyalty card; shipping,
-- duties and tips in older versions of the connector.
select
    id,
    name,
    email,
    phone,
    customer_id,
    created_at,
    updated_at,
    cancelled_at,
    currency,
    subtotal as subtotal_price,
    discounts as total_discounts,
    tax as total_tax,
    shipping_set ->> '$.shop_money.amount' as total_shipping,
    taxes_included,
    duties_set ->> '$.shop_money.amount' as total_duties,
    tip as total_tip,
    total as total_price,
    case
        when lower(source) in ('pos', 'iphone', 'android') then 'pos'
        when lower(source) = 'shopify_draft_order' then 'phone'
        else source
    end as source_name,
    location_id,
    user_id as staff_id,
    landing_site,
    referring_site,
    financial_status,
    test
from export
order by _row
