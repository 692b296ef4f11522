{{ config(materialized=view_or_table()) }}

with

paths as (

    select
        path,
        conversions,
        revenue,
        {{ split_text('path', ' > ') }} as channels
    from {{ ref('int_attribution_paths__counted') }}
    where
        path is not null
        and (conversions > 0 or nulls > 0)

),

positions as (

    select
        *,
        {{ unnest_positions('channels') }} as position
    from paths

),

path_steps as (

    select
        path,
        conversions,
        revenue,
        position,
        {{ list_element('channels', 'position') }} as channel,
        {{ list_length('channels') }} as path_length
    from positions

),

placed as (

    select
        *,
        max(case when channel <> 'Direct' then position end) over (partition by path)
            as last_non_direct_position
    from path_steps

),

models as (

    select 'first' as model
    union all
    select 'last' as model
    union all
    select 'last_non_direct' as model
    union all
    select 'linear' as model
    union all
    select 'position' as model

),

weighed as (

    select
        models.model,
        placed.path,
        placed.channel,
        placed.conversions,
        placed.revenue,
        {{
            place_weight(
                'models.model',
                'placed.position',
                'placed.path_length',
                'placed.last_non_direct_position'
            )
        }} as weight
    from placed
    cross join models

),

shares as (

    select
        *,
        cast(weight as double)
        / cast(sum(weight) over (partition by model, path) as double) as share
    from weighed

),

credits as (

    select
        model,
        channel,

        round(sum(share * conversions), 9) as credit_conversions,
        round(sum(share * revenue), 9) as credit_revenue
    from shares
    group by model, channel

)

select * from credits
