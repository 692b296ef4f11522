with

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

valued_orders as (

    select * from {{ ref('int_orders__valued') }}

),

order_lines as (

    select * from {{ ref('int_order_lines__unioned') }}

),

products as (

    select * from {{ ref('stg_store__products') }}

),

pick_up_touchpoints as (

    select
        order_id,
        touchpoint_id,
        touched_at
    from {{ ref('int_touchpoints__unioned') }}
    where touchpoint_type = 'order_pickup'

),

touchpoints_built_whole as (

    select
        identifier_id,
        event_day,
        {{ evidence_fingerprint() }} as fingerprint
    from {{ ref('int_touchpoints__unioned') }}
    where
        identifier_id is not null
        and not is_by_day
        and {{ is_purchase_evidence() }}

),

identifier_days as (

    select * from {{ ref('int_identifier_days__fingerprinted') }}

),

pick_ups as (

    select
        order_id,
        touchpoint_id,
        touched_at
    from pick_up_touchpoints
    qualify
        row_number() over (
            partition by order_id
            order by touched_at desc, touchpoint_id desc
        ) = 1

),

-- Tests and the company's own orders end no journey. An order without any identifier of a person
-- has no other touchpoints; one of GA4 has those of its visitor.
orders_of_person as (

    select
        valued_orders.*,
        coalesce(identifiers.person_id, valued_orders.identifier_id) as person_id,
        identifiers.identifier_id is not null
        or valued_orders.order_source = 'ga4' as is_known_person,
        not valued_orders.is_excluded as is_conversion
    from valued_orders
    left join identifiers
        on valued_orders.identifier_id = identifiers.identifier_id

),

orders_in_turn as (

    select
        *,
        lag(ordered_at) over (
            partition by person_id, is_conversion
            order by ordered_at, order_id
        ) as previous_ordered_at
    from orders_of_person

),

catalogue as (

    select
        cast(
            coalesce(sum({{ fingerprint(['product_id', 'product_category']) }}), 0) as bigint
        ) as fingerprint
    from products

),

fingerprints_of_lines as (

    select
        order_lines.order_id,
        cast(
            sum({{ fingerprint(['order_lines.product_id', 'products.product_category']) }})
            as bigint
        ) as fingerprint
    from order_lines
    left join products
        on order_lines.product_id = products.product_id
    group by order_lines.order_id

),

fingerprints_of_days as (

    select
        identifier_id,
        event_day,
        fingerprint
    from identifier_days

    union all

    select
        identifier_id,
        event_day,
        fingerprint
    from touchpoints_built_whole

),

fingerprints_of_person_days as (

    select
        coalesce(identifiers.person_id, fingerprints_of_days.identifier_id) as person_id,
        fingerprints_of_days.event_day,
        cast(sum(fingerprints_of_days.fingerprint) as bigint) as fingerprint
    from fingerprints_of_days
    left join identifiers
        on fingerprints_of_days.identifier_id = identifiers.identifier_id
    group by
        coalesce(identifiers.person_id, fingerprints_of_days.identifier_id),
        fingerprints_of_days.event_day

),

fingerprints_of_touchpoints as (

    select
        orders_in_turn.order_id,
        cast(sum(fingerprints_of_person_days.fingerprint) as bigint) as fingerprint
    from orders_in_turn
    inner join fingerprints_of_person_days
        on
            orders_in_turn.person_id = fingerprints_of_person_days.person_id
            and fingerprints_of_person_days.event_day
            <= orders_in_turn.ordered_at + interval 1 day
    group by orders_in_turn.order_id

),

fingerprinted as (

    select
        orders_in_turn.order_id,

        orders_in_turn.person_id,
        orders_in_turn.identifier_id,
        pick_ups.touchpoint_id as pick_up_touchpoint_id,

        {{
            fingerprint([
                'orders_in_turn.order_id',
                to_epoch_microseconds('orders_in_turn.ordered_at'),
                to_epoch_microseconds('orders_in_turn.previous_ordered_at'),
                'orders_in_turn.is_known_person',
                'orders_in_turn.is_conversion',
                'orders_in_turn.is_in_store',
                'orders_in_turn.is_online',
                'orders_in_turn.is_pick_up',
                'orders_in_turn.is_channel_known',
                'pick_ups.touchpoint_id',
                to_epoch_microseconds('pick_ups.touched_at'),
                'fingerprints_of_lines.fingerprint',
                'fingerprints_of_touchpoints.fingerprint',
                'catalogue.fingerprint',
            ])
        }} as inputs_fingerprint,

        orders_in_turn.is_in_store,
        orders_in_turn.is_online,
        orders_in_turn.is_pick_up,
        orders_in_turn.is_channel_known,
        orders_in_turn.is_known_person,
        orders_in_turn.is_conversion,

        orders_in_turn.ordered_at,
        orders_in_turn.previous_ordered_at,
        pick_ups.touched_at as picked_up_at
    from orders_in_turn
    cross join catalogue
    left join pick_ups
        on orders_in_turn.order_id = pick_ups.order_id
    left join fingerprints_of_lines
        on orders_in_turn.order_id = fingerprints_of_lines.order_id
    left join fingerprints_of_touchpoints
        on orders_in_turn.order_id = fingerprints_of_touchpoints.order_id

)

select * from fingerprinted
