with

rates as (

    select * from {{ ref('stg_reference__daily_exchange_rates') }}

),

source as (

    {{ protected_source('email', 'campaign_report') }}

),

newest_versions as (

    select
        *,
        {{ version_count('email', 'campaign_report') }} as _raw_rows
    from source
    qualify {{ version_number('email', 'campaign_report') }} = 1

),

dated as (

    select
        *,
        coalesce(report_date, {{ local_date('sent_at') }}, {{ local_date('reported_at') }})
            as counted_date,
        case
            when revenue is not null
                then coalesce({{ currency_code('currency') }}, '{{ var("reporting_currency") }}')
        end as currency_code
    from newest_versions

),

campaign_reports as (

    select
        {{
            surrogate_key(
                ['dated.tool', 'dated.campaign_id', 'dated.variant', 'dated.report_date']
            )
        }} as campaign_report_id,

        dated.campaign_id,

        {{ masked('lower(trim(dated.tool))') }} as tool,
        dated.campaign_name,
        dated.subject,
        {{ masked('dated.variant') }} as variant,
        dated.report_date,
        dated.counted_date,
        dated.currency_code,

        {{ plausible_number('dated.recipients') }} as recipients,
        {{ plausible_number('dated.delivered') }} as deliveries,
        {{ plausible_number('dated.opens') }} as opens,
        {{ plausible_number('dated.unique_opens') }} as unique_opens,
        {{ plausible_number('dated.clicks') }} as clicks,
        {{ plausible_number('dated.unique_clicks') }} as unique_clicks,
        coalesce(
            {{ plausible_number('dated.bounces') }},
            {{ plausible_number('dated.hard_bounces') }}
            + coalesce({{ plausible_number('dated.soft_bounces') }}, 0),
            {{ plausible_number('dated.soft_bounces') }}
        ) as bounces,
        {{ plausible_number('dated.hard_bounces') }} as hard_bounces,
        {{ plausible_number('dated.soft_bounces') }} as soft_bounces,
        {{ plausible_number('dated.unsubscribes') }} as unsubscribes,
        {{ plausible_number('dated.complaints') }} as spam_reports,
        {{ plausible_number('dated.orders') }} as orders,
        {{
            to_reporting_currency(
                'dated.revenue',
                'dated.currency_code',
                'rates.rate_to_reporting_currency'
            )
        }} as revenue_amount,

        coalesce(rates.is_carried, false) as is_rate_carried,

        dated.sent_at,
        dated.reported_at,

        dated._source_file,
        dated._loaded_at,
        dated._row_hash,
        dated._raw_rows
    from dated
    left join rates
        on
            dated.currency_code = rates.currency_code
            and dated.counted_date = rates.rate_date

)

select * from campaign_reports
