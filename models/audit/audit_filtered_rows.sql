{{ config(**append_log('run_id')) }}

{#- Raw tables none of whose rows is a touchpoint, beside their staging models, and why. -#}
{%- set without_touchpoints = {
    ('ads', 'campaign_day'): ('stg_ads__campaign_days', 'counts of a campaign, of no one person'),
    ('crm', 'contact'): ('stg_crm__contacts', 'describes a person'),
    ('crm', 'contact_merge_audit'): ('stg_crm__contact_merges', 'describes a person'),
    ('crm', 'deal'): ('stg_crm__deals', 'a sale, whose order is the touchpoint'),
    ('email', 'campaign'): ('stg_email__campaigns', 'describes a campaign'),
    ('email', 'campaign_report'):
        ('stg_email__campaign_reports', 'counts of a campaign, of no one person'),
    ('privacy', 'erasure_request'):
        ('stg_privacy__erasure_requests', 'a request about data, handled apart'),
    ('reference', 'exchange_rate'): ('stg_reference__exchange_rates', 'reference data'),
    ('search_console', 'query_day'):
        ('stg_search_console__query_days', 'counts of a search term, of no one person'),
    ('store', 'customer'): ('stg_store__customers', 'describes a person'),
    ('store', 'footfall'): ('stg_store__footfall', 'counts of a store, of no one person'),
    ('store', 'location'): ('stg_store__locations', 'describes a place'),
    ('store', 'order_line'):
        ('stg_store__order_lines', 'part of an order, which is the touchpoint'),
    ('store', 'product'): ('stg_store__products', 'describes a product'),
    ('store', 'visit_zone'): ('stg_store__visit_zones', 'part of a visit, which is the touchpoint'),
} -%}

with

touchpoint_types as (

    select
        touchpoint_type,
        source_system
    from {{ ref('touchpoint_types') }}

),

-- Why an engagement is no touchpoint; null where it is one.
engagements as (

    select
        engagements.engagement_id,
        case
            when engagements.engagement_type = 'NOTE' then 'a note for colleagues'
            when types.touchpoint_type is null then 'of a type that is no touchpoint'
        end as reason
    from {{ ref('stg_crm__engagements') }} as engagements
    left join touchpoint_types as types
        on
            {{ engagement_touchpoint_type('engagements.engagement_type') }} = types.touchpoint_type
            and types.source_system = 'crm'

),

-- Rows whose own type says which touchpoint they are.
typed_rows as (

    select
        'crm' as source_name,
        'feedback_submission' as table_name,
        'survey_' || lower(survey_type) as touchpoint_type
    from {{ ref('stg_crm__feedback_submissions') }}

    union all

    select
        'email' as source_name,
        'event' as table_name,
        {{ email_touchpoint_type('event_type') }} as touchpoint_type
    from {{ ref('stg_email__events') }}

    union all

    select
        'social' as source_name,
        'interaction' as table_name,
        'social_' || interaction_kind as touchpoint_type
    from {{ ref('stg_social__interactions') }}

    union all

    select
        'store' as source_name,
        'loyalty_event' as table_name,
        'loyalty_' || loyalty_event_kind as touchpoint_type
    from {{ ref('stg_store__loyalty_events') }}

),

held_back_web_events as (

    select * from {{ ref('int_web_events__late_arriving') }}

),

filtered as (
    {% for (source_name, table_name), (model, reason) in without_touchpoints.items() %}
    select
        '{{ source_name }}' as source_name,
        '{{ table_name }}' as table_name,
        '{{ reason }}' as reason
    from {{ ref(model) }}
    union all
    {% endfor %}
    select
        'ga4' as source_name,
        'event' as table_name,
        case reason
            when 'late' then 'late, kept apart'
            else 'a purchase that was counted before'
        end as reason
    from held_back_web_events

    union all

    select
        'ga4' as source_name,
        'event' as table_name,
        case
            when coalesce(events.has_analytics_consent, true) then 'no visitor known'
            else 'no visitor known, as consent was refused'
        end as reason
    from {{ ref('stg_ga4__events') }} as events
    anti join held_back_web_events
        on events.event_id = held_back_web_events.event_id
    where
        events.user_pseudo_id is null
        and events.user_id is null

    union all

    select
        'crm' as source_name,
        'engagement' as table_name,
        reason
    from engagements
    where reason is not null

    union all

    select
        'crm' as source_name,
        'engagement_contact' as table_name,
        coalesce(engagements.reason, 'of an engagement that is not there') as reason
    from {{ ref('stg_crm__engagement_contacts') }} as engagement_contacts
    left join engagements
        on engagement_contacts.engagement_id = engagements.engagement_id
    where
        engagements.engagement_id is null
        or engagements.reason is not null

    union all

    select
        typed_rows.source_name,
        typed_rows.table_name,
        'of a type that is no touchpoint' as reason
    from typed_rows
    anti join touchpoint_types
        on typed_rows.touchpoint_type = touchpoint_types.touchpoint_type

    union all

    select
        'reviews' as source_name,
        'review' as table_name,
        case
            when is_competitor then 'about another brand'
            else 'a copy on another platform'
        end as reason
    from {{ ref('stg_reviews__reviews') }}
    where is_competitor or copy_of_review_id is not null

    union all

    select
        'social' as source_name,
        'interaction' as table_name,
        'a post of the shop itself' as reason
    from {{ ref('stg_social__interactions') }}
    where
        interaction_kind = 'post'
        and coalesce(direction, 'OUTBOUND') = 'OUTBOUND'

    union all

    select
        'store' as source_name,
        'fulfillment' as table_name,
        'on its way or failed, nobody has it' as reason
    from {{ ref('stg_store__fulfillments') }}
    where delivered_at is null or is_failed

    union all

    select
        'store' as source_name,
        'referral' as table_name,
        'neither made nor redeemed at a known time' as reason
    from {{ ref('stg_store__referrals') }}
    where
        shared_at is null
        and redeemed_at is null

    union all

    select
        'store' as source_name,
        'refund_line' as table_name,
        'money paid back for no goods' as reason
    from {{ ref('stg_store__refund_lines') }}
    where not is_goods

    union all

    select
        'store' as source_name,
        'transaction' as table_name,
        'a payment that worked, whose order is the touchpoint' as reason
    from {{ ref('stg_store__transactions') }}
    where is_successful
),

filtered_rows as (

    select
        source_name,
        table_name,
        reason,
        count(*) as rows_filtered,
        '{{ env_var("VIAGGIO_RUN_ID", invocation_id) }}' as run_id
    from filtered
    group by source_name, table_name, reason

)

select * from filtered_rows
