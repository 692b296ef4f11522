with

persons as (

    select * from {{ ref('int_persons__summarised') }}

),

identifiers as (

    select * from {{ ref('dim_person_identifiers') }}

),

first_orders as (

    select * from {{ ref('int_persons__first_ordered') }}

),

orders as (

    select *
    from {{ ref('int_orders__valued') }}
    where not is_excluded

),

contacts as (

    select * from {{ ref('stg_crm__contacts') }}

),

contact_identities as (

    select * from {{ ref('stg_crm__contact_identities') }}

),

customers as (

    select * from {{ ref('stg_store__customers') }}

),

erasure_requests as (

    select * from {{ ref('stg_privacy__erasure_requests') }}

),

personas as (

    select
        person_id,
        persona
    from {{ ref('dim_persona_history') }}
    where is_current

),

named_cookies as (

    select * from {{ ref('int_identity__named_cookies') }}

),

-- Whom the shop could recognise or reach.
recognised as (

    select
        person_id,
        max(
            case
                when
                    not is_hub
                    and {{ is_known_by_type('identifier_type') }}
                    then 1
                else 0
            end
        ) = 1 as is_known
    from identifiers
    group by person_id

),

orders_of_persons as (

    select
        identifiers.person_id,
        count(*) as orders,
        min(orders.ordered_at) as first_order_at,
        max(orders.ordered_at) as last_order_at,
        cast(sum(orders.net_revenue) as decimal(18, 2)) as net_revenue
    from orders
    inner join identifiers
        on orders.identifier_id = identifiers.identifier_id
    group by identifiers.person_id

),

-- Consent of every record of a person counts, and every refusal until a later consent, that of an
-- earlier version too; a deleted record consents to nothing.
permissions as (

    select
        {{ identifier_id('contact', 'contact_id') }} as identifier_id,
        case when not is_deleted then marketing_consent_at end as consented_at,
        cast(null as timestamp) as refused_at,
        has_opted_out_of_email
    from contacts
    union all
    select
        {{ identifier_id('contact', 'contact_id') }} as identifier_id,
        cast(null as timestamp) as consented_at,
        opted_out_of_email_at as refused_at,
        false as has_opted_out_of_email
    from contact_identities
    where opted_out_of_email_at is not null
    union all
    select
        {{ identifier_id('customer', 'customer_id') }} as identifier_id,
        case when has_marketing_consent then created_at end as consented_at,
        cast(null as timestamp) as refused_at,
        false as has_opted_out_of_email
    from customers

),

permissions_of_persons as (

    select
        identifiers.person_id,
        max(permissions.consented_at) as consented_at,
        max(permissions.refused_at) as refused_at,
        max(case when permissions.has_opted_out_of_email then 1 else 0 end) = 1 as has_opted_out
    from permissions
    inner join identifiers
        on permissions.identifier_id = identifiers.identifier_id
    group by identifiers.person_id

),

erased_identifiers as (

    select {{ identifier_id('contact', 'contact_id') }} as identifier_id
    from erasure_requests
    union
    select {{ identifier_id('customer', 'customer_id') }} as identifier_id
    from erasure_requests
    union
    select {{ identifier_id('email', 'email_hash') }} as identifier_id
    from erasure_requests
    union
    select {{ identifier_id('phone', 'phone_hash') }} as identifier_id
    from erasure_requests
    union
    select named_cookies.device_id as identifier_id
    from erasure_requests
    inner join named_cookies
        on erasure_requests.user_pseudo_id = named_cookies.user_pseudo_id

),

erased_persons as (

    select distinct identifiers.person_id
    from erased_identifiers
    inner join identifiers
        on erased_identifiers.identifier_id = identifiers.identifier_id

),

-- Today, as far as the data goes.
newest as (

    select max(last_order_at) as newest_order_at
    from orders_of_persons

),

joined as (

    select
        persons.*,
        recognised.is_known,
        orders_of_persons.first_order_at,
        orders_of_persons.last_order_at,
        coalesce(orders_of_persons.orders, 0) as orders,
        coalesce(orders_of_persons.net_revenue, 0) as net_revenue,
        case
            when
                {{ moment_of_key('persons.last_stage_key') }} > first_orders.first_ordered_at
                then {{ detail_of_key('persons.last_stage_key', 4) }}
            else {{ detail_of_key('persons.last_stage_key', 3) }}
        end as current_stage,
        permissions_of_persons.consented_at,
        permissions_of_persons.refused_at,
        coalesce(permissions_of_persons.has_opted_out, false) as has_opted_out,
        erased_persons.person_id is not null as is_erased,
        personas.persona,
        newest.newest_order_at
    from persons
    inner join recognised
        on persons.person_id = recognised.person_id
    cross join newest
    left join first_orders
        on persons.person_id = first_orders.person_id
    left join orders_of_persons
        on persons.person_id = orders_of_persons.person_id
    left join permissions_of_persons
        on persons.person_id = permissions_of_persons.person_id
    left join erased_persons
        on persons.person_id = erased_persons.person_id
    left join personas
        on persons.person_id = personas.person_id

),

dim_persons as (

    select
        person_id,

        current_stage,
        case
            when orders = 0 and not is_known then 'anonymous'
            when orders = 0 then 'prospect'
            when
                {{ seconds_between('last_order_at', 'newest_order_at') }}
                > {{ var('customer_lapse_days') }} * 86400
                then 'lapsed_customer'
            when orders = 1 then 'new_customer'
            else 'repeat_customer'
        end as lifecycle_status,
        persona,
        {{ detail_of_key('first_sequence_key', 1) }} as first_channel,
        {{ detail_of_key('first_offline_key', 1) }} as first_offline_touchpoint,

        identifiers,
        touchpoints,
        orders,
        cast(net_revenue as decimal(18, 2)) as net_revenue,

        is_known,
        orders > 0 as is_customer,
        (
            consented_at is not null
            and not has_opted_out
            and not is_erased
            and coalesce(last_refusal_at < consented_at, true)
            and coalesce(refused_at < consented_at, true)
        ) as may_contact,
        is_erased,
        touchpoints > 0 and touchpoints = excluded_touchpoints as is_excluded,

        first_seen_at,
        last_seen_at,
        first_order_at
    from joined

)

select * from dim_persons
