-- Markov and Shapley share all conversions, and all revenue, among the channels in proportion to
-- their effects. Credits are null where all effects are 0.

with

paths as (

    select
        path,
        conversions,
        revenue
    from {{ ref('int_attribution_paths__counted') }}

),

removal_effects as (

    select * from {{
        ref(
            'int_removal_effects__squared' if var('markov_order') | int == 1
            else 'int_removal_effects__walked'
        )
    }}

),

shapley_values as (

    select * from {{ ref('int_shapley_values__averaged') }}

),

effects as (

    select
        'markov' as model,
        channel,
        1 as channels,
        removal_effect as effect,
        removal_effect_revenue as effect_on_revenue
    from removal_effects
    union all
    select
        'shapley' as model,
        channel,
        channels,
        shapley_value as effect,
        shapley_value as effect_on_revenue
    from shapley_values

),

totals as (

    select
        cast(sum(conversions) as double) as conversions,
        cast(sum(revenue) as double) as revenue
    from paths
    where path is not null

),

summed as (

    select
        *,
        nullif(sum(effect) over (partition by model), 0) as effects,
        nullif(sum(effect_on_revenue) over (partition by model), 0) as effects_on_revenue,
        sum(effect_on_revenue) over (
            partition by model
            order by channel
            rows between unbounded preceding and current row
        ) as running_effect_on_revenue
    from effects

),

-- Cents are rounded along the running sum of the channels in alphabetical order, so that they add
-- up to the total.
credited as (

    select
        summed.model,
        summed.channel,
        summed.channels,
        summed.effect,
        summed.effect_on_revenue,
        totals.conversions * summed.effect / summed.effects as credit_conversions,
        totals.revenue * summed.effect_on_revenue / summed.effects_on_revenue as credit_revenue,
        floor(
            100 * totals.revenue
            * (summed.running_effect_on_revenue / summed.effects_on_revenue) + 0.5
        ) as running_cents
    from summed
    cross join totals

),

credited_with_cents as (

    select
        *,
        running_cents
        - coalesce(lag(running_cents) over (partition by model order by channel), 0)
            as credit_cents
    from credited

),

-- So that all conversions add up.
unattributed as (

    select
        cast(sum(conversions) as double) as conversions,
        cast(sum(revenue) as double) as revenue,
        cast(sum(revenue) * 100 as double) as cents
    from paths
    where path is null
    having sum(conversions) > 0

),

models_by_effect as (

    select 'markov' as model
    union all
    select 'shapley' as model

),

credits as (

    select
        model,
        channel,

        cast(channels as bigint) as channels,
        round(effect, 10) + 0.0 as effect,
        round(effect_on_revenue, 10) + 0.0 as effect_on_revenue,
        round(credit_conversions, 9) + 0.0 as credit_conversions,
        round(credit_revenue, 9) + 0.0 as credit_revenue,
        credit_cents
    from credited_with_cents

    union all

    select
        models_by_effect.model,
        'Unattributed' as channel,

        cast(1 as bigint) as channels,
        cast(null as double) as effect,
        cast(null as double) as effect_on_revenue,
        unattributed.conversions as credit_conversions,
        unattributed.revenue as credit_revenue,
        unattributed.cents as credit_cents
    from unattributed
    cross join models_by_effect

)

select * from credits
