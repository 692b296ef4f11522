with

rates as (

    select * from {{ ref('stg_reference__daily_exchange_rates') }}

),

traffic_markers as (

    select * from {{ ref('traffic_markers') }}

),

source as (

    {{ protected_source('store', 'order') }}

),

newest_versions as (

    select
        *,
        {{ version_count('store', 'order') }} as _raw_rows
    from source
    qualify {{ version_number('store', 'order') }} = 1

),

dated as (

    select
        *,
        {{ local_date('created_at') }} as order_date,
        {{ currency_code('currency') }} as currency_code
    from newest_versions

),

phones as (

    {{ phone_numbers('dated', 'phone') }}

),

orders as (

    select
        dated.id as order_id,

        dated.customer_id,
        dated.loyalty_card as loyalty_card_id,
        dated.location_id,
        dated.staff_id,

        dated.name as order_number,
        {{ email_hash('dated.email') }} as email_hash,
        {{ salted_hash('phones.e164') }} as phone_hash,
        lower(trim(dated.source_name)) as sales_channel,
        dated.payment_method,
        lower(trim(dated.financial_status)) as financial_status,
        dated.discount_codes,
        dated.landing_site,
        dated.referring_site,
        dated.currency_code,
        dated.order_date,

        {{
            to_reporting_currency(
                'dated.subtotal_price',
                'dated.currency_code',
                'rates.rate_to_reporting_currency'
            )
        }} as subtotal_amount,
        {{
            to_reporting_currency(
                'dated.total_discounts',
                'dated.currency_code',
                'rates.rate_to_reporting_currency'
            )
        }} as discount_amount,
        {{
            to_reporting_currency(
                'dated.total_tax',
                'dated.currency_code',
                'rates.rate_to_reporting_currency'
            )
        }} as tax_amount,
        {{
            to_reporting_currency(
                'dated.total_shipping',
                'dated.currency_code',
                'rates.rate_to_reporting_currency'
            )
        }} as shipping_amount,
        {{
            to_reporting_currency(
                'dated.total_duties',
                'dated.currency_code',
                'rates.rate_to_reporting_currency'
            )
        }} as duties_amount,
        {{
            to_reporting_currency(
                'dated.total_tip',
                'dated.currency_code',
                'rates.rate_to_reporting_currency'
            )
        }} as tip_amount,
        {{
            to_reporting_currency(
                'dated.total_price',
                'dated.currency_code',
                'rates.rate_to_reporting_currency'
            )
        }} as total_amount,

        coalesce(rates.is_carried, false) as is_rate_carried,
        dated.taxes_included as is_tax_included,
        dated.cancelled_at is not null as is_cancelled,
        coalesce(dated.test, false) or coalesce(email_domains.flag = 'test', false) as is_test,
        coalesce(email_domains.flag = 'internal', false) as is_internal,

        dated.created_at as ordered_at,
        dated.cancelled_at,
        dated.updated_at,

        dated._source_file,
        dated._loaded_at,
        dated._row_hash,
        dated._raw_rows
    from dated
    left join rates
        on
            dated.currency_code = rates.currency_code
            and dated.order_date = rates.rate_date
    left join phones
        on dated.phone = phones.typed
    left join traffic_markers as email_domains
        on
            email_domains.field = 'email_domain'
            and {{ email_domain('dated.email') }} = email_domains.marker

)

select * from orders
