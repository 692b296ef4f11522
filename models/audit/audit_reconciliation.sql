{{ config(**append_log('run_id')) }}

{#- Each raw table beside the staging model that holds it. -#}
{%- set staged_as = {
    ('ads', 'campaign_day'): 'stg_ads__campaign_days',
    ('crm', 'contact'): 'stg_crm__contacts',
    ('crm', 'contact_form_submission'): 'stg_crm__contact_form_submissions',
    ('crm', 'contact_merge_audit'): 'stg_crm__contact_merges',
    ('crm', 'deal'): 'stg_crm__deals',
    ('crm', 'engagement'): 'stg_crm__engagements',
    ('crm', 'engagement_contact'): 'stg_crm__engagement_contacts',
    ('crm', 'event_attendance'): 'stg_crm__event_attendances',
    ('crm', 'feedback_submission'): 'stg_crm__feedback_submissions',
    ('crm', 'ticket'): 'stg_crm__tickets',
    ('email', 'campaign'): 'stg_email__campaigns',
    ('email', 'campaign_report'): 'stg_email__campaign_reports',
    ('email', 'event'): 'stg_email__events',
    ('ga4', 'event'): 'stg_ga4__events',
    ('privacy', 'erasure_request'): 'stg_privacy__erasure_requests',
    ('reference', 'exchange_rate'): 'stg_reference__exchange_rates',
    ('reviews', 'review'): 'stg_reviews__reviews',
    ('search_console', 'query_day'): 'stg_search_console__query_days',
    ('social', 'interaction'): 'stg_social__interactions',
    ('store', 'abandoned_checkout'): 'stg_store__abandoned_checkouts',
    ('store', 'customer'): 'stg_store__customers',
    ('store', 'footfall'): 'stg_store__footfall',
    ('store', 'fulfillment'): 'stg_store__fulfillments',
    ('store', 'location'): 'stg_store__locations',
    ('store', 'loyalty_event'): 'stg_store__loyalty_events',
    ('store', 'order'): 'stg_store__orders',
    ('store', 'order_line'): 'stg_store__order_lines',
    ('store', 'product'): 'stg_store__products',
    ('store', 'referral'): 'stg_store__referrals',
    ('store', 'refund_line'): 'stg_store__refund_lines',
    ('store', 'transaction'): 'stg_store__transactions',
    ('store', 'visit'): 'stg_store__visits',
    ('store', 'visit_zone'): 'stg_store__visit_zones',
} -%}

with

files as (

    select * from {{ ref('stg_landing__files') }}

),

filtered_rows as (

    select *
    from {{ ref('audit_filtered_rows') }}
    where run_id = '{{ env_var("VIAGGIO_RUN_ID", invocation_id) }}'

),

landed as (

    select
        source_name,
        table_name,
        count(*) as files,
        count(*) filter (where rows_in_file is null) as files_uncounted,
        sum(coalesce(rows_in_file, 0)) as rows_in_files,
        sum(case when outcome = 'loaded' then rows_raw else 0 end) as rows_loaded,
        sum(case when outcome = 'loaded' then rows_quarantined else 0 end) as rows_quarantined,
        sum(case when outcome = 'rejected' then coalesce(rows_in_file, 0) else 0 end)
            as rows_rejected,
        sum(case when outcome = 'withdrawn' then rows_in_file else 0 end) as rows_withdrawn,
        sum(case when outcome = 'loaded' then rows_erased else 0 end) as rows_erased
    from files
    where outcome in ('loaded', 'rejected', 'withdrawn')
    group by source_name, table_name

),

raw as (
    {% for source_name, table_name in staged_as %}
    select
        '{{ source_name }}' as source_name,
        '{{ table_name }}' as table_name,
        count(*) as rows_raw
    from {{ source(source_name, table_name) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

staged as (
    {% for (source_name, table_name), model in staged_as.items() %}
    select
        '{{ source_name }}' as source_name,
        '{{ table_name }}' as table_name,
        count(*) as rows_staged,
        coalesce(sum(_raw_rows), 0) - count(*) as rows_duplicate
    from {{ ref(model) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- Counted in what was modelled, not by the conditions that filter, so that a row that falls
-- between the two is found missing.
modelled as (

    select
        'email.event' as source_table,
        count(*) as rows_modelled
    from {{ ref('int_touchpoints__email') }}

    union all

    select
        'store.visit' as source_table,
        count(*) as rows_modelled
    from {{ ref('int_touchpoints__store_visits') }}
    where touchpoint_type = 'store_visit'

    union all

    select
        'store.loyalty_event' as source_table,
        count(*) as rows_modelled
    from {{ ref('int_touchpoints__loyalty') }}

    union all

    select
        'social.interaction' as source_table,
        count(*) as rows_modelled
    from {{ ref('int_touchpoints__social') }}

    union all

    select
        'reviews.review' as source_table,
        count(*) as rows_modelled
    from {{ ref('int_touchpoints__reviews') }}

    union all

    select
        source_table,
        count(distinct source_key) as rows_modelled
    from {{ ref('int_touchpoints__crm') }}
    group by source_table

    union all

    select
        'crm.engagement_contact' as source_table,
        count(*) as rows_modelled
    from {{ ref('int_touchpoints__crm') }}
    where
        source_table = 'crm.engagement'
        and identifier_id is not null

    union all

    select
        source_table,
        count(distinct source_key) as rows_modelled
    from {{ ref('int_touchpoints__shop') }}
    where source_table <> 'ga4.event'
    group by source_table

    union all

    -- Events reach the touchpoints in sessions, also those of which orders are made.
    select
        'ga4.event' as source_table,
        sum(events) as rows_modelled
    from {{ ref('int_web_sessions__classified') }}

),

filtered as (

    select
        source_name,
        table_name,
        sum(rows_filtered) as rows_filtered
    from filtered_rows
    group by source_name, table_name

),

counted as (

    select
        raw.source_name,
        raw.table_name,
        coalesce(landed.files, 0) as files,
        coalesce(landed.files_uncounted, 0) as files_uncounted,
        coalesce(landed.rows_in_files, 0) as rows_in_files,
        coalesce(landed.rows_loaded, 0) as rows_loaded,
        raw.rows_raw,
        coalesce(landed.rows_quarantined, 0) as rows_quarantined,
        coalesce(landed.rows_rejected, 0) as rows_rejected,
        coalesce(landed.rows_withdrawn, 0) as rows_withdrawn,
        coalesce(landed.rows_erased, 0) as rows_erased,
        staged.rows_duplicate,
        staged.rows_staged,
        coalesce(filtered.rows_filtered, 0) as rows_filtered,
        coalesce(modelled.rows_modelled, 0) as rows_modelled
    from raw
    inner join staged
        on
            raw.source_name = staged.source_name
            and raw.table_name = staged.table_name
    left join landed
        on
            raw.source_name = landed.source_name
            and raw.table_name = landed.table_name
    left join filtered
        on
            raw.source_name = filtered.source_name
            and raw.table_name = filtered.table_name
    left join modelled
        on raw.source_name || '.' || raw.table_name = modelled.source_table

),

reconciliation as (

    select
        source_name,
        table_name,
        cast(files as bigint) as files,
        files_uncounted,
        cast(rows_in_files as bigint) as rows_in_files,
        cast(rows_raw as bigint) as rows_raw,
        cast(rows_quarantined as bigint) as rows_quarantined,
        cast(rows_rejected as bigint) as rows_rejected,
        cast(rows_withdrawn as bigint) as rows_withdrawn,
        cast(rows_erased as bigint) as rows_erased,
        cast(rows_duplicate as bigint) as rows_duplicate,
        cast(rows_filtered as bigint) as rows_filtered,
        cast(rows_staged as bigint) as rows_staged,
        cast(rows_modelled as bigint) as rows_modelled,
        (
            rows_in_files
            = rows_loaded + rows_quarantined + rows_rejected + rows_withdrawn + rows_erased
            and rows_loaded = rows_raw
            and rows_raw = rows_staged + rows_duplicate
            and rows_staged = rows_modelled + rows_filtered
        ) as balanced,
        '{{ env_var("VIAGGIO_RUN_ID", invocation_id) }}' as run_id
    from counted

)

select * from reconciliation
