{#- Where the shop's own records name identifiers: type, staging model, column. -#}
{%- set names = [
    ('contact', 'stg_crm__contacts', 'contact_id'),
    ('contact', 'stg_crm__engagement_contacts', 'contact_id'),
    ('contact', 'stg_crm__tickets', 'contact_id'),
    ('contact', 'stg_crm__feedback_submissions', 'contact_id'),
    ('contact', 'stg_crm__contact_form_submissions', 'contact_id'),
    ('contact', 'stg_crm__event_attendances', 'contact_id'),
    ('customer', 'stg_store__customers', 'customer_id'),
    ('customer', 'stg_store__orders', 'customer_id'),
    ('customer', 'stg_store__abandoned_checkouts', 'customer_id'),
    ('customer', 'stg_store__referrals', 'referrer_customer_id'),
    ('loyalty_card', 'stg_store__loyalty_events', 'loyalty_card_id'),
    ('loyalty_card', 'stg_store__visits', 'loyalty_card_id'),
    ('order', 'stg_store__orders', 'order_id'),
    ('order', 'stg_store__visits', 'order_id'),
    ('order', 'stg_store__transactions', 'order_id'),
    ('order', 'stg_store__refund_lines', 'order_id'),
    ('order', 'stg_store__fulfillments', 'order_id'),
    ('order', 'stg_store__referrals', 'order_id'),
    ('order', 'stg_crm__tickets', 'order_id'),
    ('order', 'stg_crm__feedback_submissions', 'order_id'),
    ('order', 'stg_reviews__reviews', 'order_id'),
    ('email', 'stg_store__visits', 'email_hash'),
    ('email', 'stg_store__abandoned_checkouts', 'email_hash'),
    ('email', 'stg_store__referrals', 'referred_email_hash'),
    ('email', 'stg_reviews__reviews', 'author_email_hash'),
] %}

with

-- Signed-in visitors without a cookie; the others are known from their device.
web_users as (

    select distinct user_id
    from {{ ref('int_web_sessions__classified') }}
    where user_pseudo_id is null and user_id is not null

),

-- Orders that GA4 alone knows, by visitors without cookie and login.
orders_of_nobody as (

    select order_id
    from {{ ref('int_orders__ga4') }}
    where identifier_id = {{ identifier_id('order', 'order_id') }}

),

named as (
    {% for type, model, column in names %}
    select
        '{{ type }}' as identifier_type,
        {{ column }} as identifier_value
    from {{ ref(model) }}
    where {{ column }} is not null
    union
    {% endfor %}
    select
        {{ identifier_type_of_login('user_id') }} as identifier_type,
        user_id as identifier_value
    from web_users
    union
    select
        'order' as identifier_type,
        order_id as identifier_value
    from orders_of_nobody

),

typed as (

    select
        md5(identifier_type || '|' || identifier_value) as identifier_id,

        identifier_type
    from named

)

select * from typed
