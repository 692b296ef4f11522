{{ config(**by_key('order_id', 'int_orders__fingerprinted', 'inputs_fingerprint')) }}

with

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

order_lines as (

    select * from {{ ref('int_order_lines__unioned') }}

),

products as (

    select * from {{ ref('stg_store__products') }}

),

touchpoints as (

    select *
    from {{ ref('int_touchpoints__unioned') }}
    where {{ is_purchase_evidence() }}

),

-- An order whose inputs are the stored ones is left alone, be it that new touchpoints came after it
-- or that nothing new is known of its person.
orders as (

    select * from {{ ref('int_orders__fingerprinted') }}
    where {{ in_changed_keys() }}

),

products_bought as (

    select distinct
        order_id,
        product_id
    from order_lines

),

categories_bought as (

    select distinct
        order_lines.order_id,
        products.product_category
    from order_lines
    inner join products
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

touchpoints_before as (

    select
        orders.*,
        touchpoints.touchpoint_id,
        touchpoints.session_id,
        touchpoints.product_id,
        products.product_category,
        touchpoints.touchpoint_type,
        touchpoints.touched_at,
        touchpoints.is_path_touchpoint,
        coalesce(touchpoints.order_id = orders.order_id, false) as is_of_the_order
    from orders
    inner join identifiers_of_persons
        on orders.person_id = identifiers_of_persons.person_id
    inner join touchpoints
        on
            identifiers_of_persons.identifier_id = touchpoints.identifier_id
            and orders.ordered_at >= touchpoints.touched_at
    left join products
        on touchpoints.product_id = products.product_id

),

-- What each touchpoint is to the order. Its journey is what the person took part in since the order
-- before.
considered as (

    select
        touchpoints.order_id,
        touchpoints.touchpoint_id,
        touchpoints.session_id,
        touchpoints.touched_at,
        touchpoints.is_online
        and touchpoints.touchpoint_type = 'store_demo'
        and touchpoints.touched_at < touchpoints.ordered_at
        and touchpoints.touched_at
        >= touchpoints.ordered_at - interval {{ var('try_and_buy_days') }} day as is_trial,
        touchpoints.is_in_store
        and touchpoints.touchpoint_type in ('product_view', 'site_search')
        and touchpoints.touched_at < touchpoints.ordered_at
        and touchpoints.touched_at
        >= touchpoints.ordered_at - interval {{ var('ropo_days') }} day as is_research,
        touchpoints.touchpoint_type = 'product_view' as is_product_view,
        products_bought.order_id is not null as is_product_bought,
        categories_bought.order_id is not null as is_category_bought,
        touchpoints.session_id is not null
        and bool_or(touchpoints.is_of_the_order) over (
            partition by touchpoints.order_id, touchpoints.session_id
        ) as is_in_session_of_order,
        touchpoints.is_path_touchpoint
        and coalesce(touchpoints.touched_at > touchpoints.previous_ordered_at, true)
            as is_in_journey,
        touchpoints.touched_at
        >= touchpoints.ordered_at - interval {{ var('impulse_max_hours') }} hour as is_within_hours
    from touchpoints_before as touchpoints
    left join products_bought
        on
            touchpoints.order_id = products_bought.order_id
            and touchpoints.product_id = products_bought.product_id
    left join categories_bought
        on
            touchpoints.order_id = categories_bought.order_id
            and touchpoints.product_category = categories_bought.product_category

),

-- The latest trial and the latest research: by time, then key.
histories as (

    select
        order_id,
        max(
            {{ struct_of([('touched_at', 'touched_at'), ('touchpoint_id', 'touchpoint_id')]) }}
        ) filter (where is_trial) as trial,
        max(
            {{
                struct_of([
                    ('touched_at', 'touched_at'),
                    ('touchpoint_id', 'touchpoint_id'),
                    ('session_id', 'session_id'),
                ])
            }}
        ) filter (where is_research) as research,
        bool_or(is_research and (is_product_bought or is_category_bought)) as has_product_match,
        bool_or(is_product_view and is_product_bought and not is_in_session_of_order)
            as is_product_seen_earlier,
        count(*) filter (where is_in_journey and is_within_hours) as entries_within_hours,
        min(touched_at) filter (where is_in_journey and is_within_hours) as began_within_hours_at,
        max(touched_at) filter (where is_in_journey and not is_within_hours)
            as last_entry_before_at
    from considered
    group by order_id

),

-- The first mode that fits. An impulse purchase follows few touchpoints in a short time; whatever
-- came before has to be so long ago that it belongs to an earlier journey.
decided as (

    select
        orders.order_id,
        orders.inputs_fingerprint,
        orders.pick_up_touchpoint_id,
        orders.picked_up_at,
        histories.trial,
        histories.research,
        histories.has_product_match,
        coalesce(
            orders.is_conversion
            and orders.is_known_person
            and histories.entries_within_hours between 1 and {{ var('impulse_max_touchpoints') }}
            and coalesce(
                histories.last_entry_before_at
                < histories.began_within_hours_at
                - interval {{ var('journey_inactivity_days') }} day,
                true
            )
            and not histories.is_product_seen_earlier,
            false
        ) as is_impulse,
        case
            when orders.is_online and orders.is_pick_up then 'click_and_collect'
            when histories.trial is not null then 'try_and_buy'
            when histories.research is not null then 'ropo'
            when orders.is_in_store then 'in_store'
            when orders.is_channel_known then 'online'
            else 'unknown'
        end as purchase_mode
    from orders
    left join histories
        on orders.order_id = histories.order_id

),

purchase_modes as (

    select
        order_id,

        case purchase_mode
            when 'click_and_collect' then pick_up_touchpoint_id
            when 'try_and_buy' then trial.touchpoint_id
            when 'ropo' then research.touchpoint_id
        end as evidence_touchpoint_id,
        case when purchase_mode = 'ropo' then research.session_id end as evidence_session_id,

        purchase_mode,
        inputs_fingerprint,

        case when purchase_mode = 'ropo' then has_product_match end as ropo_product_match,
        is_impulse,

        case purchase_mode
            when 'click_and_collect' then picked_up_at
            when 'try_and_buy' then trial.touched_at
            when 'ropo' then research.touched_at
        end as evidence_at
    from decided

)

select * from purchase_modes
