-- One row per order. Shipping is what its shipping lines charge after their own discounts.
-- A channel of Shopify's that is none of the contract's (an app's number) passes unchanged.
-- The export lacks: loyalty card.
with orders as (
    select
        *,
        from_json(shipping_lines, '["json"]') as shipping_list,
        from_json(discount_codes, '["json"]') as discount_list,
        from_json(gateways, '["varchar"]') as gateway_list
    from export
)

select
    id,
    name,
    email,
    phone,
    coalesce(customer_id, customer ->> '$.id') as customer_id,
    created_at,
    updated_at,
    cancelled_at,
    currency,
    subtotal as subtotal_price,
    discounts as total_discounts,
    tax as total_tax,
    coalesce(
        list_sum(
            list_transform(
                shipping_list,
                lambda x: try_cast(
                    coalesce(x ->> '$.discounted_price', x ->> '$.price') as decimal(18, 4)
                )
            )
        )::varchar,
        shipping,
        shipping_set ->> '$.shop_money.amount'
    ) as total_shipping,
    taxes_included,
    coalesce(duties, duties_set ->> '$.shop_money.amount') as total_duties,
    tip as total_tip,
    total as total_price,
    case
        when lower(source) in ('pos', 'iphone', 'android') then 'pos'
        when lower(source) = 'shopify_draft_order' then 'phone'
        else source
    end as source_name,
    location_id,
    user_id as staff_id,
    nullif(
        array_to_string(list_transform(discount_list, lambda x: x ->> '$.code'), ','), ''
    ) as discount_codes,
    landing_site,
    referring_site,
    nullif(array_to_string(gateway_list, ','), '') as payment_method,
    financial_status,
    test
from orders
order by _row
