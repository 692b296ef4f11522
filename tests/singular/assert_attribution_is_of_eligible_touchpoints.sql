-- Credit goes to path touchpoints of the orderer, at or before the order and within the lookback,
-- and no bot, machine, colleague or test; an order with such an entry is never Unattributed.
with

credits as (

    select distinct
        order_id,
        touchpoint_id,
        person_id,
        ordered_at,
        touched_at
    from {{ ref('fct_attribution') }}

),

touchpoints as (

    select
        touchpoint_id,
        person_id,
        is_path_touchpoint,
        is_bot,
        is_machine,
        is_internal,
        is_test
    from {{ ref('fct_touchpoints') }}
    where is_path_touchpoint

),

entries as (

    select distinct order_id
    from {{ ref('int_path_touchpoints__selected') }}
    where order_id is not null

),

faults as (

    select
        credits.order_id,
        credits.touchpoint_id,
        'not eligible' as fault
    from credits
    left join touchpoints
        on credits.touchpoint_id = touchpoints.touchpoint_id
    where
        credits.touchpoint_id is not null
        and (
            touchpoints.touchpoint_id is null
            or touchpoints.person_id <> credits.person_id
            or touchpoints.is_bot
            or touchpoints.is_machine
            or touchpoints.is_internal
            or touchpoints.is_test
            or credits.touched_at > credits.ordered_at
            or credits.touched_at
            < credits.ordered_at - interval {{ var('attribution_lookback_days') }} day
        )
    union all
    select
        credits.order_id,
        credits.touchpoint_id,
        'unattributed for no reason' as fault
    from credits
    inner join entries
        on credits.order_id = entries.order_id
    where credits.touchpoint_id is null

)

select * from faults
