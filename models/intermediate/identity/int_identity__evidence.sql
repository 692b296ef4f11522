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

web_events as (

    select *
    from {{ ref('stg_ga4__events') }}
    where not is_bot and not is_internal

),

contacts as (

    select *
    from {{ ref('stg_crm__contacts') }}
    where not is_internal and not is_test

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

feedback_submissions as (

    select * from {{ ref('stg_crm__feedback_submissions') }}

),

customers as (

    select *
    from {{ ref('stg_store__customers') }}
    where not is_internal and not is_test

),

all_orders as (

    select * from {{ ref('stg_store__orders') }}

),

orders as (

    select *
    from all_orders
    where not is_internal and not is_test

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

referrals as (

    select * from {{ ref('stg_store__referrals') }}

),

reviews as (

    select *
    from {{ ref('stg_reviews__reviews') }}
    where not is_internal and not is_competitor

),

-- A form knows the cookie but not the stream: all devices that carry it.
form_devices as (

    select distinct
        user_pseudo_id,
        {{ identifier_id('device', device_value('stream_id', 'user_pseudo_id')) }} as device_id
    from web_events
    where
        user_pseudo_id in (
            select contacts.user_pseudo_id
            from contacts
            where contacts.user_pseudo_id is not null
        )

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
    union all
    select
        contact_id,
        trim({{ list_element('merged_contact_ids', 'position') }}) as merged_contact_id,
        updated_at as merged_at
    from merged_positions

),

-- What was observed, from whole tables: one row per record and pair of what it names.
observed_values as (

    select
        'crm_merge' as evidence,
        'contact' as identifier_type,
        contact_id as identifier_value,
        'contact' as other_type,
        merged_contact_id as other_value,
        merged_at as first_at,
        merged_at as last_at
    from merged_contacts
    where merged_contact_id <> '' and merged_contact_id <> contact_id
    union all
    select 'crm_contact', 'contact', contact_id, 'email', email_hash, created_at, updated_at
    from contacts
    union all
    select 'crm_contact', 'contact', contact_id, 'phone', phone_hash, created_at, updated_at
    from contacts
    union all
    select
        'crm_contact', 'contact', contact_id, 'loyalty_card', loyalty_card_id, created_at, updated_at
    from contacts
    union all
    select
        'crm_contact', 'contact', contact_id, 'handle', 'instagram|' || instagram_handle_hash,
        created_at, updated_at
    from contacts
    union all
    select
        'crm_contact', 'contact', contact_id, 'handle', 'facebook|' || facebook_handle_hash,
        created_at, updated_at
    from contacts
    union all
    select
        'crm_contact', 'contact', contact_id, 'handle', 'x|' || twitter_handle_hash,
        created_at, updated_at
    from contacts
    union all
    select 'customer_record', 'customer', customer_id, 'email', email_hash, created_at, created_at
    from customers
    union all
    select 'customer_record', 'customer', customer_id, 'phone', phone_hash, created_at, created_at
    from customers
    union all
    select
        'customer_record', 'customer', customer_id, 'loyalty_card', loyalty_card_id,
        created_at, created_at
    from customers
    union all
    select 'order_record', 'order', order_id, 'customer', customer_id, ordered_at, ordered_at
    from orders
    union all
    select 'order_record', 'order', order_id, 'email', email_hash, ordered_at, ordered_at
    from orders
    union all
    select 'order_record', 'order', order_id, 'phone', phone_hash, ordered_at, ordered_at
    from orders
    union all
    select 'order_record', 'order', order_id, 'loyalty_card', loyalty_card_id, ordered_at, ordered_at
    from orders
    union all
    select
        'loyalty_receipt', 'loyalty_card', loyalty_card_id, 'order', order_id,
        loyalty_event_at, loyalty_event_at
    from loyalty_events
    union all
    select 'crm_order', 'contact', contact_id, 'order', order_id, created_at, created_at
    from deals
    union all
    select 'crm_order', 'contact', contact_id, 'order', order_id, created_at, created_at
    from tickets
    union all
    select 'crm_order', 'contact', contact_id, 'order', order_id, submitted_at, submitted_at
    from feedback_submissions
    union all
    select
        'store_visit', 'loyalty_card', loyalty_card_id, 'email', email_hash, entered_at, entered_at
    from visits
    union all
    select 'store_visit', 'order', order_id, 'loyalty_card', loyalty_card_id, entered_at, entered_at
    from visits
    union all
    select 'store_visit', 'order', order_id, 'email', email_hash, entered_at, entered_at
    from visits
    union all
    select 'review', 'order', order_id, 'email', author_email_hash, created_at, created_at
    from reviews
    union all
    select 'referral', 'order', order_id, 'email', referred_email_hash, redeemed_at, redeemed_at
    from referrals
    where is_redeemed

),

observed as (

    select
        evidence,
        md5(identifier_type || '|' || identifier_value) as identifier_id,
        identifier_type,
        md5(other_type || '|' || other_value) as other_identifier_id,
        other_type as other_identifier_type,
        first_at,
        last_at,
        1 as observations
    from observed_values
    where identifier_value is not null and other_value is not null
    union all
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
        form_devices.device_id as identifier_id,
        'device' as identifier_type,
        {{ identifier_id('contact', 'contacts.contact_id') }} as other_identifier_id,
        'contact' as other_identifier_type,
        contacts.created_at as first_at,
        contacts.updated_at as last_at,
        1 as observations
    from contacts
    inner join form_devices
        on contacts.user_pseudo_id = form_devices.user_pseudo_id
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

        pairs.first_at,
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
