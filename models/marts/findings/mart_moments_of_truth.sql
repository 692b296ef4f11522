-- What should be done more often: touchpoints that bring orders, worthiest first.
with

effects as (

    select *
    from {{ ref('int_signal_effects__estimated') }}
    where effect > 0

),

mart_moments_of_truth as (

    select
        signal_effect_id as moment_of_truth_id,

        touchpoint_type,
        signal,
        stage,
        persona,

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
        revenue as estimated_revenue,
        revenue_low as estimated_revenue_low,
        revenue_high as estimated_revenue_high,
        case
            when is_claimed
                then cast(row_number() over (
                    partition by is_claimed, persona
                    order by
                        revenue desc, touchpoint_type asc, signal asc, stage asc
                ) as bigint)
        end as rank,

        is_claimed
    from effects

)

select * from mart_moments_of_truth
