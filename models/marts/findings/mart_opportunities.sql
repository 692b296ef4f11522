-- What to do first: pain points to mend and moments of truth to spread, by what each would bring.
-- Mending one brings back what it costs; spreading one brings its effect to a share of those who go
-- without it today.
with

orders as (

    select cast(sum(net_revenue) as double) / nullif(count(*), 0) as average_order_value
    from {{ ref('fct_orders') }}
    where is_conversion

),

opportunities as (

    select
        pain_point_id as opportunity_id,
        touchpoint_type,
        signal,
        stage,
        persona,
        'mend' as kind,
        touchpoints,
        persons,
        effect,
        ci_low,
        ci_high,
        estimated_revenue,
        estimated_revenue_low,
        estimated_revenue_high
    from {{ ref('mart_pain_points') }}
    where is_claimed
    union all
    select
        moments.moment_of_truth_id as opportunity_id,
        moments.touchpoint_type,
        moments.signal,
        moments.stage,
        moments.persona,
        'spread' as kind,
        moments.compared_touchpoints as touchpoints,
        moments.compared_persons as persons,
        moments.effect,
        moments.ci_low,
        moments.ci_high,
        cast(
            moments.effect * moments.compared_touchpoints * {{ var('opportunity_share') }}
            * orders.average_order_value
            as decimal(18, 2)
        ) as estimated_revenue,
        cast(
            moments.ci_low * moments.compared_touchpoints * {{ var('opportunity_share') }}
            * orders.average_order_value
            as decimal(18, 2)
        ) as estimated_revenue_low,
        cast(
            moments.ci_high * moments.compared_touchpoints * {{ var('opportunity_share') }}
            * orders.average_order_value
            as decimal(18, 2)
        ) as estimated_revenue_high
    from {{ ref('mart_moments_of_truth') }} as moments
    cross join orders
    where moments.is_claimed

),

mart_opportunities as (

    select
        opportunity_id,

        touchpoint_type,
        signal,
        stage,
        persona,
        kind,

        touchpoints,
        persons,
        effect,
        ci_low,
        ci_high,
        estimated_revenue,
        estimated_revenue_low,
        estimated_revenue_high,
        cast(row_number() over (
            partition by persona
            order by estimated_revenue desc, touchpoint_type asc, signal asc, stage asc, kind asc
        ) as bigint) as rank
    from opportunities

)

select * from mart_opportunities
