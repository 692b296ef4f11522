-- What GA4 reports of orders that no shop has recorded. Tags differ in what the revenue includes:
-- the items, the shipping and the tax show it.
with

purchases as (

    select * from {{ ref('int_web_purchases__classified') }}
    where
        event_name = 'purchase'
        and outcome = 'ga4_order'

),

items as (

    select * from {{ ref('stg_ga4__event_items') }}
    where event_name = 'purchase'

),

items_of_purchase as (

    select
        event_id,
        count(*) as lines,
        case
            when count(*) = count(unit_price)
                then {{ plausible_amount('sum(unit_price * coalesce(quantity, 1))') }}
        end as items_amount
    from items
    group by event_id

),

stated as (

    select
        purchases.*,
        purchases.revenue - items_of_purchase.items_amount as beyond_items,
        coalesce(items_of_purchase.items_amount, purchases.revenue) as goods,
        coalesce(purchases.shipping, 0) as stated_shipping,
        coalesce(purchases.tax, 0) as stated_tax,
        1 + coalesce(items_of_purchase.lines, 1) as taxed_amounts
    from purchases
    left join items_of_purchase
        on purchases.event_id = items_of_purchase.event_id

),

compared as (

    select
        *,
        coalesce(abs(beyond_items - stated_shipping) <= 0.01, false) as is_with_shipping,
        coalesce(abs(beyond_items - stated_tax) <= 0.01, false) as is_with_tax,
        coalesce(abs(beyond_items - stated_shipping - stated_tax) <= 0.01, false)
            as is_with_shipping_and_tax,
        coalesce(
            {{ fits_a_tax_rate('stated_tax', 'goods', 'taxed_amounts') }}
            or {{ fits_a_tax_rate('stated_tax', '(goods + stated_shipping)', 'taxed_amounts') }},
            false
        ) as fits_on_top,
        coalesce(
            {{ fits_a_tax_rate('stated_tax', '(goods - stated_tax)', 'taxed_amounts') }}
            or {{
                fits_a_tax_rate(
                    'stated_tax', '(goods + stated_shipping - stated_tax)', 'taxed_amounts'
                )
            }},
            false
        ) as fits_within
    from stated

),

-- Unless the figures show otherwise, the revenue is without shipping, as GA4 asks for, and with the
-- tax, as prices for consumers are.
judged as (

    select
        *,
        is_with_shipping or is_with_shipping_and_tax as is_shipping_within,
        is_with_shipping_and_tax or (is_with_tax and not is_with_shipping) as is_tax_within,
        stated_tax <> 0
        and (
            is_with_shipping_and_tax
            or (is_with_tax and not is_with_shipping)
            or (fits_on_top and not fits_within)
        ) as is_tax_on_top
    from compared

),

charged as (

    select
        *,
        revenue
        + case when is_shipping_within then 0 else stated_shipping end
        + case when is_tax_on_top and not is_tax_within then stated_tax else 0 end as total
    from judged

),

orders as (

    select
        transaction_id as order_id,

        event_id,
        identifier_id,

        sales_channel,
        coupon as discount_codes,
        currency_code,
        event_date as order_date,

        {{ to_reporting_currency('tax', 'currency_code', 'rate_to_reporting_currency') }}
            as tax_amount,
        {{ to_reporting_currency('shipping', 'currency_code', 'rate_to_reporting_currency') }}
            as shipping_amount,
        {{ to_reporting_currency('total', 'currency_code', 'rate_to_reporting_currency') }}
            as total_amount,
        rate_to_reporting_currency,

        is_rate_carried,
        not is_tax_on_top as is_tax_included,
        is_bot as is_test,
        is_internal,

        event_at as ordered_at,

        _loaded_at
    from charged

)

select * from orders
