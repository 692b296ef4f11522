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

consents as (

    select * from {{ ref('int_person_consents__resolved') }}

),

personas as (

    select *
    from {{ ref('dim_persona_history') }}
    where is_current

),

-- Whom the shop could recognise or reach.
recognised as (

    select
        person_id,
        bool_or(not is_hub and {{ is_known_by_type('identifier_type') }}) as is_known
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
    from {{ ref('int_orders__valued') }} as orders
    inner join identifiers
        on orders.identifier_id = identifiers.identifier_id
    where not orders.is_excluded
    group by identifiers.person_id

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
        coalesce(consents.may_contact, false) as may_contact,
        coalesce(consents.is_erased, false) as is_erased,
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
    left join consents
        on persons.person_id = consents.person_id
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
        may_contact,
        is_erased,
        touchpoints > 0 and touchpoints = excluded_touchpoints as is_excluded,

        first_seen_at,
        last_seen_at,
        first_order_at
    from joined

)

select * from dim_persons
