{{ config(**by_key('order_id', 'int_orders__fingerprinted', 'inputs_fingerprint')) }}

with

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

order_lines as (

    select * from {{ ref('stg_store__order_lines') }}

),

products as (

    select * from {{ ref('stg_store__products') }}

),

touchpoints as (

    select
        touchpoint_id,
        identifier_id,
        session_id,
        product_id,
        order_id,
        touchpoint_type,
        touched_at,
        is_path_touchpoint
    from {{ ref('int_touchpoints__unioned') }}
    where {{ is_purchase_evidence() }}

),

-- An order whose inputs are the stored ones is left alone, be it that new touchpoints came after it
-- or that nothing new is known of its person.
orders as (

    select * from {{ ref('int_orders__fingerprinted') }}
    where {{ in_changed_keys() }}

),

order_products as (

    select distinct
        order_lines.order_id,
        order_lines.product_id,
        products.product_category
    from order_lines
    left join products
        on order_lines.product_id = products.product_id

),

-- From here on only what bears on those orders is read.
persons as (

    select distinct person_id from orders

),

identifiers_of_persons as (

    select
        identifiers.identifier_id,
        identifiers.person_id
    from identifiers
    inner join persons
        on identifiers.person_id = persons.person_id

    union

    select
        identifier_id,
        person_id
    from orders

),

touchpoints_of_persons as (

    select
        touchpoints.*,
        identifiers_of_persons.person_id
    from touchpoints
    inner join identifiers_of_persons
        on touchpoints.identifier_id = identifiers_of_persons.identifier_id

),

touchpoints_before as (

    select
        orders.order_id,
        orders.ordered_at,
        orders.previous_ordered_at,
        orders.is_in_store,
        orders.is_online,
        touchpoints_of_persons.touchpoint_id,
        touchpoints_of_persons.session_id,
        touchpoints_of_persons.product_id,
        touchpoints_of_persons.touchpoint_type,
        touchpoints_of_persons.touched_at,
        touchpoints_of_persons.is_path_touchpoint,
        coalesce(touchpoints_of_persons.order_id = orders.order_id, false) as is_of_the_order
    from orders
    inner join touchpoints_of_persons
        on
            orders.person_id = touchpoints_of_persons.person_id
            and orders.ordered_at >= touchpoints_of_persons.touched_at
    where {{ prevent_inlining() }}

),

trials as (

    select
        order_id,
        touchpoint_id,
        touched_at
    from touchpoints_before
    where
        is_online
        and touchpoint_type = 'store_demo'
        and touched_at < ordered_at
        and touched_at >= ordered_at - interval {{ var('try_and_buy_days') }} day
    qualify
        row_number() over (
            partition by order_id
            order by touched_at desc, touchpoint_id desc
        ) = 1

),

research as (

    select
        order_id,
        touchpoint_id,
        session_id,
        product_id,
        touched_at
    from touchpoints_before
    where
        is_in_store
        and touchpoint_type in ('product_view', 'site_search')
        and touched_at < ordered_at
        and touched_at >= ordered_at - interval {{ var('ropo_days') }} day

),

latest_research as (

    select *
    from research
    qualify
        row_number() over (
            partition by order_id
            order by touched_at desc, touchpoint_id desc
        ) = 1

),

research_of_products_bought as (

    select distinct research.order_id
    from research
    left join products
        on research.product_id = products.product_id
    inner join order_products
        on
            research.order_id = order_products.order_id
            and (
                research.product_id = order_products.product_id
                or products.product_category = order_products.product_category
            )

),

-- The order's journey: what the person took part in since the order before.
entries as (

    select
        order_id,
        touched_at,
        touched_at >= ordered_at - interval {{ var('impulse_max_hours') }} hour as is_within_hours
    from touchpoints_before
    where
        is_path_touchpoint
        and (previous_ordered_at is null or touched_at > previous_ordered_at)

),

journeys as (

    select
        order_id,
        count(*) filter (where is_within_hours) as entries_within_hours,
        min(case when is_within_hours then touched_at end) as began_within_hours_at,
        max(case when not is_within_hours then touched_at end) as last_entry_before_at
    from entries
    group by order_id

),

-- Whatever came before has to be so long ago that it belongs to an earlier journey.
quick_journeys as (

    select order_id
    from journeys
    where
        entries_within_hours between 1 and {{ var('impulse_max_touchpoints') }}
        and (
            last_entry_before_at is null
            or last_entry_before_at
            < began_within_hours_at - interval {{ var('journey_inactivity_days') }} day
        )

),

sessions_of_the_order as (

    select distinct
        order_id,
        session_id
    from touchpoints_before
    where is_of_the_order and session_id is not null

),

products_seen_earlier as (

    select distinct touchpoints_before.order_id
    from touchpoints_before
    inner join order_products
        on
            touchpoints_before.order_id = order_products.order_id
            and touchpoints_before.product_id = order_products.product_id
    left join sessions_of_the_order
        on
            touchpoints_before.order_id = sessions_of_the_order.order_id
            and touchpoints_before.session_id = sessions_of_the_order.session_id
    where
        touchpoints_before.touchpoint_type = 'product_view'
        and sessions_of_the_order.order_id is null

),

-- The first mode that fits.
decided as (

    select
        orders.order_id,
        orders.inputs_fingerprint,
        orders.pick_up_touchpoint_id,
        orders.picked_up_at,
        trials.touchpoint_id as trial_touchpoint_id,
        trials.touched_at as tried_at,
        latest_research.touchpoint_id as research_touchpoint_id,
        latest_research.session_id as research_session_id,
        latest_research.touched_at as researched_at,
        research_of_products_bought.order_id is not null as has_product_match,
        orders.is_conversion
        and orders.is_known_person
        and quick_journeys.order_id is not null
        and products_seen_earlier.order_id is null as is_impulse,
        case
            when orders.is_online and orders.is_pick_up then 'click_and_collect'
            when trials.order_id is not null then 'try_and_buy'
            when latest_research.order_id is not null then 'ropo'
            when orders.is_in_store then 'in_store'
            when orders.is_channel_known then 'online'
            else 'unknown'
        end as purchase_mode
    from orders
    left join trials
        on orders.order_id = trials.order_id
    left join latest_research
        on orders.order_id = latest_research.order_id
    left join research_of_products_bought
        on orders.order_id = research_of_products_bought.order_id
    left join quick_journeys
        on orders.order_id = quick_journeys.order_id
    left join products_seen_earlier
        on orders.order_id = products_seen_earlier.order_id

),

purchase_modes as (

    select
        order_id,

        case purchase_mode
            when 'click_and_collect' then pick_up_touchpoint_id
            when 'try_and_buy' then trial_touchpoint_id
            when 'ropo' then research_touchpoint_id
        end as evidence_touchpoint_id,
        case when purchase_mode = 'ropo' then research_session_id end as evidence_session_id,

        purchase_mode,
        inputs_fingerprint,

        case when purchase_mode = 'ropo' then has_product_match end as ropo_product_match,
        is_impulse,

        case purchase_mode
            when 'click_and_collect' then picked_up_at
            when 'try_and_buy' then tried_at
            when 'ropo' then researched_at
        end as evidence_at
    from decided

)

select * from purchase_modes
