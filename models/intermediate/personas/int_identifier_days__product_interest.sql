{{ config(**by_day(
    [('ga4', 'event'), ('store', 'visit')],
    days_before=2,
    days_after=3 + var('repeated_purchase_days')
)) }}

with

touchpoints as (

    select * from {{ ref('int_touchpoints__unioned') }}
    where
        {{ in_rebuilt_days() }}
        and is_by_day
        and identifier_id is not null
        and not is_excluded
        and product_id is not null

),

roles as (

    select * from {{ ref('touchpoint_roles') }}
    where role in ('research', 'trial')

),

identifier_days as (

    select
        {{ surrogate_key([
            'touchpoints.identifier_id', 'touchpoints.event_day', 'touchpoints.product_id'
        ]) }} as identifier_day_id,

        touchpoints.identifier_id,
        touchpoints.product_id,

        count(*) filter (where roles.role = 'research') as product_views,
        count(*) filter (where roles.role = 'trial') as product_trials,

        max(touchpoints._loaded_at) as _loaded_at,
        touchpoints.event_day
    from touchpoints
    inner join roles
        on touchpoints.touchpoint_type = roles.touchpoint_type
    group by touchpoints.identifier_id, touchpoints.event_day, touchpoints.product_id

)

select * from identifier_days
