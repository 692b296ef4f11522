with

rates as (

    select * from {{ ref('stg_reference__daily_exchange_rates') }}

),

traffic_markers as (

    select * from {{ ref('traffic_markers') }}

),

source as (

    {{ protected_source('store', 'abandoned_checkout') }}

),

newest_versions as (

    select
        *,
        {{ version_count('store', 'abandoned_checkout') }} as _raw_rows
    from source
    qualify {{ version_number('store', 'abandoned_checkout') }} = 1

),

dated as (

    select
        *,
        {{ local_date('created_at') }} as checkout_date,
        {{ currency_code('currency') }} as currency_code
    from newest_versions

),

abandoned_checkouts as (

    select
        dated.id as checkout_id,

        dated.customer_id,
        dated.line_product_ids as product_ids,

        {{ email_hash('dated.email') }} as email_hash,
        dated.last_step,
        dated.currency_code,
        dated.checkout_date,

        {{
            to_reporting_currency(
                'dated.total_price',
                'dated.currency_code',
                'rates.rate_to_reporting_currency'
            )
        }} as cart_amount,
        {{
            to_reporting_currency(
                'dated.shipping_price',
                'dated.currency_code',
                'rates.rate_to_reporting_currency'
            )
        }} as shipping_amount,

        coalesce(rates.is_carried, false) as is_rate_carried,
        dated.completed_at is not null as is_completed,
        coalesce(email_domains.flag = 'internal', false) as is_internal,
        coalesce(email_domains.flag = 'test', false) as is_test,

        dated.created_at as started_at,
        dated.completed_at,

        dated._source_file,
        dated._loaded_at,
        dated._row_hash,
        dated._raw_rows
    from dated
    left join rates
        on
            dated.currency_code = rates.currency_code
            and dated.checkout_date = rates.rate_date
    left join traffic_markers as email_domains
        on
            email_domains.field = 'email_domain'
            and {{ email_domain('dated.email') }} = email_domains.marker

)

select * from abandoned_checkouts
