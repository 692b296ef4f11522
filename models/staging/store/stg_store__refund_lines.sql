with

rates as (

    select * from {{ ref('stg_reference__daily_exchange_rates') }}

),

orders as (

    select * from {{ ref('stg_store__orders') }}

),

source as (

    {{ protected_source('store', 'refund_line') }}

),

newest_versions as (

    select
        *,
        {{ version_count('store', 'refund_line') }} as _raw_rows
    from source
    qualify {{ version_number('store', 'refund_line') }} = 1

),

dated as (

    select
        newest_versions.*,
        orders.currency_code,
        orders.order_date,
        {{ local_date('newest_versions.created_at') }} as refund_date
    from newest_versions
    left join orders
        on newest_versions.order_id = orders.order_id

),

refund_lines as (

    select
        dated.id as refund_line_id,

        dated.refund_id,
        dated.order_id,
        dated.order_line_id,
        dated.location_id,

        dated.reason as refund_reason,
        dated.currency_code,
        dated.order_date,
        dated.refund_date,

        {{ plausible_number('dated.quantity') }} as quantity,
        {{
            to_reporting_currency(
                'dated.subtotal',
                'dated.currency_code',
                'rates.rate_to_reporting_currency'
            )
        }} as refund_amount,
        {{
            to_reporting_currency(
                'dated.subtotal',
                'dated.currency_code',
                'order_day_rates.rate_to_reporting_currency'
            )
        }} as refund_amount_at_order_rate,

        dated.order_line_id is not null as is_goods,
        coalesce(rates.is_carried, false) as is_rate_carried,

        dated.created_at as refunded_at,

        dated._source_file,
        dated._loaded_at,
        dated._row_hash,
        dated._raw_rows
    from dated
    left join rates
        on
            dated.currency_code = rates.currency_code
            and dated.refund_date = rates.rate_date
    left join rates as order_day_rates
        on
            dated.currency_code = order_day_rates.currency_code
            and dated.order_date = order_day_rates.rate_date

)

select * from refund_lines
