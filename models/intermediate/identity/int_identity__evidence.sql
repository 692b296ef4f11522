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
    ('crm_order', 'deals', 'order', 'order_id', 'created_at', 'created_at', [
        ('contact', 'contact_id'),
    ]),
    ('crm_order', 'tickets', 'order', 'order_id', 'created_at', 'created_at', [
        ('contact', 'contact_id'),
    ]),
    ('crm_order', 'surveys', 'order', 'order_id', 'submitted_at', 'submitted_at', [
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

identity_evidence as (

    select * from {{ ref('identity_evidence') }}

),

web_evidence as (

    select * from {{ ref('int_identity__web_evidence') }}

),

click_evidence as (

    select * from {{ ref('int_identity__click_evidence') }}

),

named_cookies as (

    select * from {{ ref('int_identity__named_cookies') }}

),

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

contact_merges as (

    select * from {{ ref('stg_crm__contact_merges') }}

),

deals as (

    select * from {{ ref('stg_crm__deals') }}

),

tickets as (

    select * from {{ ref('stg_crm__tickets') }}

),

surveys as (

    select * from {{ ref('stg_crm__feedback_submissions') }}

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

all_orders as (

    select * from {{ ref('stg_store__orders') }}

),

recipients as (

    select * from {{ ref('int_identity__recipients') }}

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
    left join recipients
        on identities.order_id = recipients.order_id

),

excluded_orders as (

    select {{ identifier_id('order', 'order_id') }} as identifier_id
    from all_orders
    where is_internal or is_test

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
        split(merged_contact_ids, ';') as merged_contact_ids,
        updated_at
    from contacts
    where merged_contact_ids <> ''

),

merged_positions as (

    select
        contact_id,
        merged_contact_ids,
        updated_at,
        {{ unnest_positions('merged_contact_ids') }} as position
    from merged_lists

),

merged_contacts as (

    select
        surviving_contact_id as contact_id,
        merged_contact_id,
        merged_at
    from contact_merges
    where surviving_contact_id <> merged_contact_id
    union all
    select
        contact_id,
        trim({{ list_element('merged_contact_ids', 'position') }}) as merged_contact_id,
        updated_at as merged_at
    from merged_positions
    where trim({{ list_element('merged_contact_ids', 'position') }}) not in ('', contact_id)

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
        {{ last_at }} as last_at,
        1 as observations
    from {{ record }}
    where {{ value }} is not null and {{ other_value }} is not null
    union all
    {% endfor %}
    {% endfor %}
    select
        evidence,
        device_id as identifier_id,
        'device' as identifier_type,
        other_identifier_id,
        other_identifier_type,
        first_at,
        last_at,
        observations
    from web_evidence
    union all
    select
        'form_submission' as evidence,
        named_cookies.device_id as identifier_id,
        'device' as identifier_type,
        {{ identifier_id('contact', 'contact_identities.contact_id') }} as other_identifier_id,
        'contact' as other_identifier_type,
        contact_identities.first_at,
        contact_identities.last_at,
        1 as observations
    from contact_identities
    inner join named_cookies
        on contact_identities.user_pseudo_id = named_cookies.user_pseudo_id
    union all
    select
        'email_click' as evidence,
        device_id as identifier_id,
        'device' as identifier_type,
        email_id as other_identifier_id,
        'email' as other_identifier_type,
        clicked_at as first_at,
        clicked_at as last_at,
        1 as observations
    from click_evidence
    where is_evidence

),

pairs as (

    select
        identifier_id,
        identifier_type,
        other_identifier_id,
        other_identifier_type,
        evidence,
        cast(sum(observations) as bigint) as observations,
        min(first_at) as first_at,
        max(last_at) as last_at
    from observed
    group by
        identifier_id, identifier_type, other_identifier_id, other_identifier_type, evidence

),

evidence as (

    select
        pairs.identifier_id,
        pairs.other_identifier_id,

        pairs.identifier_type,
        pairs.other_identifier_type,
        pairs.evidence,
        identity_evidence.evidence_rank,
        identity_evidence.strength,
        identity_evidence.device_priority,

        pairs.observations,

        identity_evidence.counts_towards_hub,

        coalesce(pairs.first_at, pairs.last_at) as first_at,
        pairs.last_at
    from pairs
    inner join identity_evidence
        on pairs.evidence = identity_evidence.evidence
    left join excluded_orders as excluded
        on pairs.identifier_id = excluded.identifier_id
    left join excluded_orders as other_excluded
        on pairs.other_identifier_id = other_excluded.identifier_id
    where excluded.identifier_id is null and other_excluded.identifier_id is null

)

select * from evidence
