{{ config(materialized='view') }}

{#- Which records name which identifiers beside their own: kind of evidence, records, type and value
    of the identifier that names, first and last time; then type and value of those it names. -#}
{%- set records = [
    ('crm_merge', 'merged_contacts', 'contact', 'contact_id', 'merged_at', 'merged_at', [
        ('contact', 'merged_contact_id'),
    ]),
    ('crm_contact', 'contact_identities', 'contact', 'contact_id', 'first_at', 'last_at', [
        ('email', 'email_hash'), ('phone', 'phone_hash'), ('loyalty_card', 'loyalty_card_id'),
    ]),
    ('crm_contact', 'contact_handles', 'contact', 'contact_id', 'first_at', 'last_at', [
        ('handle', 'handle'),
    ]),
    ('customer_record', 'customer_identities', 'customer', 'customer_id', 'first_at', 'last_at', [
        ('email', 'email_hash'), ('phone', 'phone_hash'), ('loyalty_card', 'loyalty_card_id'),
    ]),
    ('order_record', 'order_identities', 'order', 'order_id', 'first_at', 'last_at', [
        ('customer', 'customer_id'), ('loyalty_card', 'loyalty_card_id'), ('email', 'email_hash'),
        ('phone', 'phone_hash'),
    ]),
    ('loyalty_receipt', 'loyalty_events', 'order', 'order_id', 'loyalty_event_at',
        'loyalty_event_at', [('loyalty_card', 'loyalty_card_id')]),
    ('crm_order', 'crm_orders', 'order', 'order_id', 'named_at', 'named_at', [
        ('contact', 'contact_id'),
    ]),
    ('store_visit', 'visits', 'order', 'order_id', 'entered_at', 'entered_at', [
        ('loyalty_card', 'loyalty_card_id'), ('email', 'email_hash'),
    ]),
    ('store_visit', 'visits', 'loyalty_card', 'loyalty_card_id', 'entered_at', 'entered_at', [
        ('email', 'email_hash'),
    ]),
    ('review', 'reviews', 'order', 'order_id', 'created_at', 'created_at', [
        ('email', 'author_email_hash'),
    ]),
    ('referral', 'redeemed_referrals', 'order', 'order_id', 'redeemed_at', 'redeemed_at', [
        ('email', 'referred_email_hash'),
    ]),
] %}

with

contacts as (

    select *
    from {{ ref('stg_crm__contacts') }}
    where not is_internal and not is_test

),

-- What an earlier version of a record said stays evidence.
contact_identities as (

    select identities.*
    from {{ ref('stg_crm__contact_identities') }} as identities
    semi join contacts
        on identities.contact_id = contacts.contact_id

),

named_cookies as (

    select * from {{ ref('int_identity__named_cookies') }}

),

customers as (

    select *
    from {{ ref('stg_store__customers') }}
    where not is_internal and not is_test

),

customer_identities as (

    select identities.*
    from {{ ref('stg_store__customer_identities') }} as identities
    semi join customers
        on identities.customer_id = customers.customer_id

),

-- A phone number that is where the parcel goes says nothing of who bought it.
order_identities as (

    select
        identities.order_id,
        identities.customer_id,
        identities.loyalty_card_id,
        identities.email_hash,
        case when recipients.order_id is null then identities.phone_hash end as phone_hash,
        identities.first_at,
        identities.last_at
    from {{ ref('stg_store__order_identities') }} as identities
    left join {{ ref('int_identity__recipients') }} as recipients
        on identities.order_id = recipients.order_id

),

crm_orders as (

    select
        order_id,
        contact_id,
        created_at as named_at
    from {{ ref('stg_crm__deals') }}
    union all
    select
        order_id,
        contact_id,
        created_at as named_at
    from {{ ref('stg_crm__tickets') }}
    union all
    select
        order_id,
        contact_id,
        submitted_at as named_at
    from {{ ref('stg_crm__feedback_submissions') }}

),

loyalty_events as (

    select * from {{ ref('stg_store__loyalty_events') }}

),

visits as (

    select *
    from {{ ref('stg_store__visits') }}
    where not is_internal

),

redeemed_referrals as (

    select *
    from {{ ref('stg_store__referrals') }}
    where is_redeemed

),

reviews as (

    select *
    from {{ ref('stg_reviews__reviews') }}
    where not is_internal and not is_competitor

),

-- Networks by the names the interactions have.
contact_handles as (
    {% for network, handle in [
        ('instagram', 'instagram_handle_hash'),
        ('facebook', 'facebook_handle_hash'),
        ('x', 'twitter_handle_hash'),
    ] %}
    select
        contact_id,
        '{{ network }}|' || {{ handle }} as handle,
        first_at,
        last_at
    from contact_identities
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

-- Contacts merged into one another: the audit names pairs, a contact the list of all it took in.
merged_lists as (

    select
        contact_id,
        {{ unnest_list("split(merged_contact_ids, ';')") }} as merged_contact_id,
        updated_at
    from contacts
    where merged_contact_ids <> ''

),

merged_contacts as (

    select
        surviving_contact_id as contact_id,
        merged_contact_id,
        merged_at
    from {{ ref('stg_crm__contact_merges') }}
    where surviving_contact_id <> merged_contact_id
    union all
    select
        contact_id,
        trim(merged_contact_id) as merged_contact_id,
        updated_at as merged_at
    from merged_lists
    where trim(merged_contact_id) not in ('', contact_id)

),

observed as (
    {% for evidence, record, type, value, first_at, last_at, others in records %}
    {% for other_type, other_value in others %}
    select
        '{{ evidence }}' as evidence,
        {{ identifier_id(type, value) }} as identifier_id,
        '{{ type }}' as identifier_type,
        {{ identifier_id(other_type, other_value) }} as other_identifier_id,
        '{{ other_type }}' as other_identifier_type,
        {{ first_at }} as first_at,
        {{ last_at }} as last_at
    from {{ record }}
    where {{ value }} is not null and {{ other_value }} is not null
    union all
    {% endfor %}
    {% endfor %}
    select
        'form_submission' as evidence,
        named_cookies.device_id as identifier_id,
        'device' as identifier_type,
        {{ identifier_id('contact', 'contact_identities.contact_id') }} as other_identifier_id,
        'contact' as other_identifier_type,
        contact_identities.first_at,
        contact_identities.last_at
    from contact_identities
    inner join named_cookies
        on contact_identities.user_pseudo_id = named_cookies.user_pseudo_id

),

record_evidence as (

    select
        identifier_id,
        other_identifier_id,

        identifier_type,
        other_identifier_type,
        evidence,

        count(*) as observations,

        min(first_at) as first_at,
        max(last_at) as last_at
    from observed
    group by identifier_id, identifier_type, other_identifier_id, other_identifier_type, evidence

)

select * from record_evidence
