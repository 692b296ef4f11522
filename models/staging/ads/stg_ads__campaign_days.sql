with

rates as (

    select * from {{ ref('stg_reference__daily_exchange_rates') }}

),

source as (

    {{ protected_source('ads', 'campaign_day') }}

),

newest_versions as (

    select
        *,
        {{ version_count('ads', 'campaign_day') }} as _raw_rows
    from source
    qualify {{ version_number('ads', 'campaign_day') }} = 1

),

dated as (

    select
        *,
        {{ currency_code('currency') }} as currency_code
    from newest_versions

),

campaign_days as (

    select
        {{
            surrogate_key(['dated.date', 'dated.platform', 'dated.campaign_id'])
        }} as campaign_day_id,

        dated.campaign_id,

        dated.date as spend_date,
        {{ masked('lower(trim(dated.platform))') }} as platform,
        dated.campaign_name,
        dated.kind as campaign_kind,
        dated.source,
        dated.medium,
        dated.currency_code,

        {{
            to_reporting_currency(
                'dated.cost',
                'dated.currency_code',
                'rates.rate_to_reporting_currency'
            )
        }} as cost_amount,
        {{ plausible_number('dated.impressions') }} as impressions,
        {{ plausible_number('dated.clicks') }} as clicks,
        {{ plausible_number('dated.leads') }} as leads,
        {{ plausible_number('dated.viewable_seconds') }} as viewable_seconds,

        coalesce(rates.is_carried, false) as is_rate_carried,

        dated._source_file,
        dated._loaded_at,
        dated._row_hash,
        dated._raw_rows
    from dated
    left join rates
        on
            dated.currency_code = rates.currency_code
            and dated.date = rates.rate_date

)

select * from campaign_days
