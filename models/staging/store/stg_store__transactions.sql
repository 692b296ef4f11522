with

rates as (

    select * from {{ ref('stg_reference__daily_exchange_rates') }}

),

source as (

    {{ protected_source('store', 'transaction') }}

),

newest_versions as (

    select
        *,
        {{ version_count('store', 'transaction') }} as _raw_rows
    from source
    qualify {{ version_number('store', 'transaction') }} = 1

),

dated as (

    select
        *,
        {{ local_date('created_at') }} as transaction_date,
        {{ currency_code('currency') }} as currency_code
    from newest_versions

),

transactions as (

    select
        dated.id as transaction_id,

        dated.order_id,
        dated.checkout_id,

        lower(dated.kind) as transaction_kind,
        dated.gateway,
        dated.error_code,
        dated.currency_code,
        dated.transaction_date,

        {{
            to_reporting_currency(
                'dated.amount',
                'dated.currency_code',
                'rates.rate_to_reporting_currency'
            )
        }} as transaction_amount,

        coalesce(rates.is_carried, false) as is_rate_carried,
        dated.status = 'success' as is_successful,

        dated.created_at as transaction_at,

        dated._source_file,
        dated._loaded_at,
        dated._row_hash,
        dated._raw_rows
    from dated
    left join rates
        on
            dated.currency_code = rates.currency_code
            and dated.transaction_date = rates.rate_date

)

select * from transactions
