-- What to fix first: touchpoints that cost orders, most expensive first, and symptoms of a stage
-- that goes worse in one place than in others.
with

pains as (

    select
        signal_effect_id as pain_point_id,

        touchpoint_type,
        signal,
        stage,
        persona,
        'lost_orders' as evidence,

        touchpoints,
        persons,
        compared_touchpoints,
        compared_persons,
        order_rate as rate,
        expected_order_rate as compared_rate,
        effect,
        ci_low,
        ci_high,
        q_value,
        cast(-revenue as decimal(18, 2)) as estimated_revenue,
        cast(-revenue_high as decimal(18, 2)) as estimated_revenue_low,
        cast(-revenue_low as decimal(18, 2)) as estimated_revenue_high,

        is_claimed
    from {{ ref('int_signal_effects__estimated') }}
    where effect < 0
    union all
    select
        touchpoint_symptom_id as pain_point_id,

        touchpoint_type,
        signal,
        stage,
        persona,
        'symptom' as evidence,

        touchpoints,
        persons,
        rest_touchpoints as compared_touchpoints,
        rest_persons as compared_persons,
        rate,
        rest_rate as compared_rate,
        effect,
        ci_low,
        ci_high,
        cast(null as double) as q_value,
        cast(null as decimal(18, 2)) as estimated_revenue,
        cast(null as decimal(18, 2)) as estimated_revenue_low,
        cast(null as decimal(18, 2)) as estimated_revenue_high,

        false as is_claimed
    from {{ ref('int_touchpoint_symptoms__measured') }}
    where
        effect > 0
        and persons >= {{ var('min_cell_size') }}
        and ci_low > 0

),

mart_pain_points as (

    select
        pain_point_id,

        touchpoint_type,
        signal,
        stage,
        persona,
        evidence,

        touchpoints,
        persons,
        compared_touchpoints,
        compared_persons,
        rate,
        compared_rate,
        effect,
        ci_low,
        ci_high,
        q_value,
        estimated_revenue,
        estimated_revenue_low,
        estimated_revenue_high,
        case
            when is_claimed
                then cast(row_number() over (
                    partition by is_claimed, persona
                    order by
                        estimated_revenue desc, touchpoint_type asc, signal asc, stage asc
                ) as bigint)
        end as rank,

        is_claimed
    from pains

)

select * from mart_pain_points
