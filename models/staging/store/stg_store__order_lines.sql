with

rates as (

    select * from {{ ref('stg_reference__daily_exchange_rates') }}

),

orders as (

    select * from {{ ref('stg_store__orders') }}

),

source as (

    {{ protected_source('store', 'order_line') }}

),

newest_versions as (

    select
        *,
        {{ version_count('store', 'order_line') }} as _raw_rows
    from source
    qualify {{ version_number('store', 'order_line') }} = 1

),

order_lines as (

    select
        newest_versions.id as order_line_id,

        newest_versions.order_id,
        newest_versions.product_id,

        newest_versions.title as product_name,
        orders.currency_code,
        orders.order_date,

        {{ plausible_number('newest_versions.quantity') }} as quantity,
        {{
            to_reporting_currency(
                'newest_versions.price',
                'orders.currency_code',
                'rates.rate_to_reporting_currency'
            )
        }} as unit_price,
        {{
            to_reporting_currency(
                'newest_versions.total_discount',
                'orders.currency_code',
                'rates.rate_to_reporting_currency'
            )
        }} as discount_amount,
        {{
            to_reporting_currency(
                'newest_versions.quantity * newest_versions.price - coalesce(newest_versions.total_discount, 0)',
                'orders.currency_code',
                'rates.rate_to_reporting_currency'
            )
        }} as line_amount,

        coalesce(newest_versions.gift_card, false) as is_gift_card,

        newest_versions._source_file,
        newest_versions._loaded_at,
        newest_versions._row_hash,
        newest_versions._raw_rows
    from newest_versions
    left join orders
        on newest_versions.order_id = orders.order_id
    left join rates
        on
            orders.currency_code = rates.currency_code
            and orders.order_date = rates.rate_date

)

select * from order_lines
