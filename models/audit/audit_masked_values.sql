{#- Staged columns in which [email] or [phone] may stand in place of what somebody typed, by raw
    table and staging model. -#}
{%- set masked_columns = {
    ('ads', 'campaign_day', 'stg_ads__campaign_days'): [
        'campaign_name', 'platform', 'source', 'medium',
    ],
    ('crm', 'contact', 'stg_crm__contacts'): [
        'lifecycle_stage', 'lead_status', 'first_source', 'how_did_you_hear',
    ],
    ('crm', 'contact_form_submission', 'stg_crm__contact_form_submissions'): [
        'page_location', 'form_title',
    ],
    ('crm', 'deal', 'stg_crm__deals'): ['deal_stage'],
    ('crm', 'engagement', 'stg_crm__engagements'): ['outcome'],
    ('crm', 'event_attendance', 'stg_crm__event_attendances'): ['event_name'],
    ('crm', 'feedback_submission', 'stg_crm__feedback_submissions'): [
        'body', 'asked_touchpoint_type',
    ],
    ('crm', 'ticket', 'stg_crm__tickets'): ['ticket_category', 'subject', 'body'],
    ('email', 'campaign', 'stg_email__campaigns'): ['campaign_name', 'subject'],
    ('email', 'campaign_report', 'stg_email__campaign_reports'): [
        'campaign_name', 'tool', 'subject', 'variant',
    ],
    ('email', 'event', 'stg_email__events'): ['link_url'],
    ('ga4', 'event', 'stg_ga4__events'): [
        'page_location', 'page_path', 'page_title', 'page_referrer', 'event_source',
        'event_medium', 'event_campaign', 'event_term', 'event_content', 'session_manual_source',
        'session_manual_medium', 'session_manual_campaign', 'session_cross_channel_source',
        'session_cross_channel_medium', 'session_cross_channel_campaign', 'first_user_source',
        'first_user_medium', 'first_user_campaign', 'search_term', 'link_url', 'method',
        'coupon', 'video_title',
    ],
    ('reviews', 'review', 'stg_reviews__reviews'): ['title', 'body', 'brand', 'platform'],
    ('search_console', 'query_day', 'stg_search_console__query_days'): ['page_location', 'query'],
    ('social', 'interaction', 'stg_social__interactions'): ['body'],
    ('store', 'location', 'stg_store__locations'): ['location_name', 'city'],
    ('store', 'order', 'stg_store__orders'): [
        'order_number', 'payment_method', 'discount_codes', 'landing_site', 'referring_site',
    ],
    ('store', 'order_line', 'stg_store__order_lines'): ['product_name'],
    ('store', 'product', 'stg_store__products'): ['product_name', 'product_category', 'vendor'],
    ('store', 'referral', 'stg_store__referrals'): ['share_channel'],
    ('store', 'refund_line', 'stg_store__refund_lines'): ['refund_reason'],
    ('store', 'transaction', 'stg_store__transactions'): ['gateway', 'error_code'],
    ('store', 'visit_zone', 'stg_store__visit_zones'): ['zone'],
} -%}

with

counted as (
    {% for (source_name, table_name, model), columns in masked_columns.items() -%}
    {%- set is_last_table = loop.last %}
    {% for column in columns %}
    select
        '{{ source_name }}' as source_name,
        '{{ table_name }}' as table_name,
        '{{ column }}' as column_name,
        count(*) as rows_masked
    from {{ ref(model) }}
    where
        ({{ column }} like '%[email]%' or {{ column }} like '%[phone]%')
        {{ 'and is_masked' if source_name == 'ga4' }}
    {% if not (loop.last and is_last_table) %}union all{% endif %}
    {% endfor %}
    {% endfor %}
),

masked_values as (

    select
        source_name,
        table_name,
        column_name,
        cast(rows_masked as bigint) as rows_masked
    from counted
    where rows_masked > 0

)

select * from masked_values
