{{ config(materialized='view') }}

-- The shop's orders, and those that only GA4 knows. All that comes after makes no difference.
with

shop_orders as (

    select
        order_id,

        customer_id,
        loyalty_card_id,
        location_id,
        {{ identifier_id('order', 'order_id') }} as identifier_id,

        'store' as order_source,
        'store.order' as source_table,
        order_id as source_key,
        email_hash,
        phone_hash,
        sales_channel,
        payment_method,
        financial_status,
        discount_codes,
        currency_code,
        order_date,

        subtotal_amount,
        discount_amount,
        tax_amount,
        shipping_amount,
        duties_amount,
        tip_amount,
        total_amount,

        is_rate_carried,
        is_tax_included,
        is_cancelled,
        is_test,
        is_internal,

        ordered_at,
        cancelled_at,

        _loaded_at
    from {{ ref('stg_store__orders') }}

),

ga4_orders as (

    select
        order_id,

        cast(null as string) as customer_id,
        cast(null as string) as loyalty_card_id,
        cast(null as string) as location_id,
        identifier_id,

        'ga4' as order_source,
        'ga4.event' as source_table,
        event_id as source_key,
        cast(null as string) as email_hash,
        cast(null as string) as phone_hash,
        sales_channel,
        cast(null as string) as payment_method,
        cast(null as string) as financial_status,
        discount_codes,
        currency_code,
        order_date,

        cast(null as decimal(18, 2)) as subtotal_amount,
        cast(null as decimal(18, 2)) as discount_amount,
        tax_amount,
        shipping_amount,
        cast(null as decimal(18, 2)) as duties_amount,
        cast(null as decimal(18, 2)) as tip_amount,
        total_amount,

        is_rate_carried,
        is_tax_included,
        false as is_cancelled,
        is_test,
        is_internal,

        ordered_at,
        cast(null as timestamp) as cancelled_at,

        _loaded_at
    from {{ ref('int_orders__ga4') }}

),

unioned as (

    select * from shop_orders
    union all
    select * from ga4_orders

)

select * from unioned
