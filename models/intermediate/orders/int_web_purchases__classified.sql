-- What each purchase and refund of GA4 counts as. The shop's record of an order comes first, and on
-- days that the shop's orders cover, an order unknown to the shop is none.
with

events as (

    select * from {{ ref('int_web_purchases__selected') }}

),

rates as (

    select * from {{ ref('stg_reference__daily_exchange_rates') }}

),

shop_orders as (

    select * from {{ ref('stg_store__orders') }}

),

-- Orders at a till or by phone do not show that those of the site are exported.
shop_days as (

    select
        order_date,
        lead(order_date) over (order by order_date) as next_order_date
    from shop_orders
    where
        not is_test
        and coalesce(sales_channel, 'unknown') not in ('pos', 'phone')
    group by order_date

),

-- Where the next order is far, a file of the shop may be missing: only the day itself is covered.
spans as (

    select
        order_date as first_date,
        case
            when
                {{ days_between('order_date', 'next_order_date') }}
                <= {{ var('shop_order_gap_days') }}
                then next_order_date
            else order_date
        end as last_date
    from shop_days

),

covered_days as (

    select distinct events.event_date
    from events
    inner join spans
        on events.event_date between spans.first_date and spans.last_date

),

numbered as (

    select
        *,
        row_number() over (
            partition by event_name, transaction_id
            order by event_at, event_id
        ) as copy_number
    from events

),

purchases as (

    select
        numbered.*,
        case
            when not numbered.has_analytics_consent then 'without_consent'
            when numbered.transaction_id is null then 'without_transaction'
            when numbered.copy_number > 1 then 'repeated'
            when shop_orders.order_id is not null then 'shop_order'
            when covered_days.event_date is not null then 'unknown_order'
            else 'ga4_order'
        end as outcome
    from numbered
    left join covered_days
        on numbered.event_date = covered_days.event_date
    left join shop_orders
        on numbered.transaction_id = shop_orders.order_id
    where numbered.event_name = 'purchase'

),

ga4_orders as (

    select transaction_id
    from purchases
    where outcome = 'ga4_order'

),

refunds as (

    select
        numbered.*,
        case
            when not numbered.has_analytics_consent then 'without_consent'
            when numbered.transaction_id is null then 'without_transaction'
            when shop_orders.order_id is not null then 'shop_order'
            when ga4_orders.transaction_id is not null then 'ga4_order'
            else 'unknown_order'
        end as outcome
    from numbered
    left join shop_orders
        on numbered.transaction_id = shop_orders.order_id
    left join ga4_orders
        on numbered.transaction_id = ga4_orders.transaction_id
    where numbered.event_name = 'refund'

),

purchases_and_refunds as (

    select * from purchases
    union all
    select * from refunds

),

classified as (

    select
        events.event_id,

        events.transaction_id,
        events.identifier_id,

        events.event_name,
        events.outcome,
        events.sales_channel,
        events.currency_code,
        events.coupon,
        events.event_date,

        events.revenue,
        events.shipping,
        events.tax,
        rates.rate_to_reporting_currency,
        {{
            to_reporting_currency(
                'events.revenue', 'events.currency_code', 'rates.rate_to_reporting_currency'
            )
        }} as revenue_amount,

        coalesce(rates.is_carried, false) as is_rate_carried,
        events.is_bot,
        events.is_internal,

        events.event_at,

        events._loaded_at
    from purchases_and_refunds as events
    left join rates
        on
            events.currency_code = rates.currency_code
            and events.event_date = rates.rate_date

)

select * from classified
