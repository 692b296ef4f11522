{#- Staged tables that have a day, and what that day is called. -#}
{%- set tables = [
    ('ads', 'campaign_day', ref('stg_ads__campaign_days'), 'spend_date'),
    ('crm', 'contact', ref('stg_crm__contacts'), 'created_date'),
    ('crm', 'contact_form_submission', ref('stg_crm__contact_form_submissions'), 'submitted_date'),
    ('crm', 'contact_merge_audit', ref('stg_crm__contact_merges'), 'merged_date'),
    ('crm', 'deal', ref('stg_crm__deals'), 'created_date'),
    ('crm', 'engagement', ref('stg_crm__engagements'), 'engaged_date'),
    ('crm', 'event_attendance', ref('stg_crm__event_attendances'), 'attended_date'),
    ('crm', 'feedback_submission', ref('stg_crm__feedback_submissions'), 'submitted_date'),
    ('crm', 'ticket', ref('stg_crm__tickets'), 'created_date'),
    ('email', 'campaign', ref('stg_email__campaigns'), 'sent_date'),
    ('email', 'campaign_report', ref('stg_email__campaign_reports'), 'counted_date'),
    ('email', 'event', ref('stg_email__events'), 'event_date'),
    ('ga4', 'event', ref('stg_ga4__events'), 'event_day'),
    ('privacy', 'erasure_request', ref('stg_privacy__erasure_requests'), 'requested_date'),
    ('reference', 'exchange_rate', ref('stg_reference__exchange_rates'), 'rate_date'),
    ('reviews', 'review', ref('stg_reviews__reviews'), 'created_date'),
    ('search_console', 'query_day', ref('stg_search_console__query_days'), 'search_date'),
    ('social', 'interaction', ref('stg_social__interactions'), 'interaction_date'),
    ('store', 'abandoned_checkout', ref('stg_store__abandoned_checkouts'), 'checkout_date'),
    ('store', 'customer', ref('stg_store__customers'), 'created_date'),
    ('store', 'footfall', ref('stg_store__footfall'), 'footfall_date'),
    ('store', 'fulfillment', ref('stg_store__fulfillments'), 'created_date'),
    ('store', 'location', ref('stg_store__locations'), 'opened_date'),
    ('store', 'loyalty_event', ref('stg_store__loyalty_events'), 'loyalty_event_date'),
    ('store', 'order', ref('stg_store__orders'), 'order_date'),
    ('store', 'order_line', ref('stg_store__order_lines'), 'order_date'),
    ('store', 'product', ref('stg_store__products'), 'listed_date'),
    ('store', 'referral', ref('stg_store__referrals'), 'shared_date'),
    ('store', 'refund_line', ref('stg_store__refund_lines'), 'refund_date'),
    ('store', 'transaction', ref('stg_store__transactions'), 'transaction_date'),
    ('store', 'visit', ref('stg_store__visits'), 'visit_date'),
    ('store', 'visit_zone', ref('stg_store__visit_zones'), 'entered_date'),
] -%}
-- What there is to work with: the rows of each table, whose they are, and how far consent and
-- tags go.
with

staged as (

    {% for source_name, table_name, relation, day in tables -%}
    select
        '{{ source_name }}' as source_name,
        '{{ table_name }}' as table_name,
        {{ month_of(day) }} as month,
        count(*) as staged_rows,
        cast(max({{ day }}) as date) as newest_date,
        {% if source_name == 'ga4' -%}
        count(*) filter (where user_pseudo_id is null and user_id is null) as rows_without_visitor,
        count(*) filter (where not has_analytics_consent) as rows_without_consent,
        count(*) filter (where has_analytics_consent is null) as rows_with_unknown_consent
        {%- else -%}
        cast(null as bigint) as rows_without_visitor,
        cast(null as bigint) as rows_without_consent,
        cast(null as bigint) as rows_with_unknown_consent
        {%- endif %}
    from {{ relation }}
    where {{ day }} is not null
    group by {{ month_of(day) }}
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}
),

tables as (

    select
        source_name,
        table_name,
        max(newest_date) as newest_date
    from staged
    group by source_name, table_name

),

-- A table with rows every day says which day it is; without one, any table does.
newest as (

    select
        coalesce(
            max(
                case
                    when
                        source_name in ('ga4', 'store', 'email')
                        and table_name in ('event', 'order')
                        then newest_date
                end
            ),
            max(newest_date)
        ) as newest_date
    from tables

),

counted as (

    select
        touchpoints.source_table,
        {{ month_of('touchpoints.touched_date') }} as month,
        count(*) as touchpoints,
        count(*) filter (where touchpoints.is_excluded) as excluded_touchpoints,
        count(touchpoints.person_id) as touchpoints_with_person,
        count(*) filter (where persons.is_known) as touchpoints_with_known_person,
        count(*) filter (where persons.may_contact) as touchpoints_with_consent,
        count(*) filter (where touchpoints.channel <> 'Unassigned') as touchpoints_with_channel,
        count(*) filter (where touchpoints.touchpoint_type = 'session') as sessions,
        count(*) filter (
            where
            touchpoints.touchpoint_type = 'session'
            and (
                touchpoints.campaign_id is not null
                or touchpoints.campaign is not null
            )
        ) as sessions_with_campaign
    from {{ ref('int_touchpoints__identity_resolved') }} as touchpoints
    left join {{ ref('dim_persons') }} as persons
        on touchpoints.person_id = persons.person_id
    group by touchpoints.source_table, {{ month_of('touchpoints.touched_date') }}

),

table_months as (

    select
        month,
        source_name,
        table_name
    from staged
    union
    select
        month,
        split_part(source_table, '.', 1) as source_name,
        split_part(source_table, '.', 2) as table_name
    from counted

),

mart_data_coverage as (

    select
        table_months.month,
        table_months.source_name,
        table_months.table_name,

        coalesce(staged.staged_rows, 0) as staged_rows,
        staged.rows_without_visitor,
        staged.rows_without_consent,
        staged.rows_with_unknown_consent,
        {{
            ratio(
                'staged.rows_without_consent',
                '(staged.staged_rows - staged.rows_with_unknown_consent)'
            )
        }} as consent_denied_share,
        {{ ratio('staged.rows_with_unknown_consent', 'staged.staged_rows') }}
            as consent_unknown_share,

        coalesce(counted.touchpoints, 0) as touchpoints,
        coalesce(counted.excluded_touchpoints, 0) as excluded_touchpoints,
        coalesce(counted.touchpoints_with_person, 0) as touchpoints_with_person,
        {{ ratio('counted.touchpoints_with_person', 'counted.touchpoints') }} as identified_share,
        coalesce(counted.touchpoints_with_known_person, 0) as touchpoints_with_known_person,
        {{ ratio('counted.touchpoints_with_known_person', 'counted.touchpoints') }}
            as recognised_person_share,
        {{ ratio('counted.touchpoints_with_consent', 'counted.touchpoints') }} as may_contact_share,
        {{ ratio('counted.touchpoints_with_channel', 'counted.touchpoints') }} as channel_share,
        coalesce(counted.sessions, 0) as sessions,
        {{ ratio('counted.sessions_with_campaign', 'counted.sessions') }} as campaign_share,

        staged.newest_date,
        {{ days_between('tables.newest_date', 'newest.newest_date') }} as table_days_behind
    from table_months
    cross join newest
    inner join tables
        on
            table_months.source_name = tables.source_name
            and table_months.table_name = tables.table_name
    left join staged
        on
            table_months.month = staged.month
            and table_months.source_name = staged.source_name
            and table_months.table_name = staged.table_name
    left join counted
        on
            table_months.month = counted.month
            and table_months.source_name || '.' || table_months.table_name
            = counted.source_table

)

select * from mart_data_coverage
