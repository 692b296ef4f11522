-- Which of the measured effects are claimed, and what they cost or bring. Among many comparisons
-- some look like effects by chance: Benjamini and Hochberg's q allows for that.
with

measured as (

    select * from {{ ref('int_signal_effects__measured') }}

),

orders as (

    select cast(sum(net_revenue) as double) / nullif(count(*), 0) as average_order_value
    from {{ ref('int_orders__converted') }}

),

-- Too few persons on either side, or an outcome that never varies: nothing is tested.
tested as (

    select
        *,
        {{ interval_width() }} * standard_error as margin,
        persons >= {{ var('min_cell_size') }}
        and compared_persons >= {{ var('min_cell_size') }}
        and standard_error > 0 as is_tested,
        case
            when standard_error > 0
                then {{ two_sided_p_value('effect / standard_error') }}
        end as p_value
    from measured

),

ordered as (

    select
        *,
        case when is_tested then p_value end as tested_p_value,
        sum(case when is_tested then 1 else 0 end) over () as tests,
        row_number() over (
            partition by is_tested
            order by p_value asc, touchpoint_type asc, signal asc, stage asc, persona asc
        ) as place
    from tested

),

adjusted as (

    select
        *,
        min(tested_p_value * tests / place) over (
            partition by is_tested
            order by place desc
            rows between unbounded preceding and current row
        ) as least_p_value
    from ordered

),

estimated as (

    select
        {{
            surrogate_key([
                'adjusted.touchpoint_type', 'adjusted.signal', 'adjusted.stage', 'adjusted.persona',
            ])
        }} as signal_effect_id,

        adjusted.touchpoint_type,
        adjusted.signal,
        adjusted.stage,
        adjusted.persona,
        adjusted.quality,

        adjusted.touchpoints,
        adjusted.persons,
        adjusted.compared_touchpoints,
        adjusted.compared_persons,
        round(adjusted.order_rate, 6) as order_rate,
        round(adjusted.order_rate - adjusted.effect, 6) as expected_order_rate,
        round(adjusted.effect, 6) as effect,
        round(adjusted.effect - adjusted.margin, 6) as ci_low,
        round(adjusted.effect + adjusted.margin, 6) as ci_high,
        round(adjusted.p_value, 6) as p_value,
        case when adjusted.is_tested then round(least(1.0e0, adjusted.least_p_value), 6) end
            as q_value,
        adjusted.is_tested,
        coalesce(
            adjusted.is_tested and adjusted.least_p_value <= {{ var('false_discovery_rate') }},
            false
        ) as is_claimed,

        cast(
            adjusted.effect * adjusted.touchpoints * orders.average_order_value
            as decimal(18, 2)
        ) as revenue,
        cast(
            (adjusted.effect - adjusted.margin) * adjusted.touchpoints * orders.average_order_value
            as decimal(18, 2)
        ) as revenue_low,
        cast(
            (adjusted.effect + adjusted.margin) * adjusted.touchpoints * orders.average_order_value
            as decimal(18, 2)
        ) as revenue_high
    from adjusted
    cross join orders

)

select * from estimated
