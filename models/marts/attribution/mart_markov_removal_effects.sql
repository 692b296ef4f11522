with

paths as (

    select
        path,
        conversions,
        revenue as value
    from {{ ref('mart_attribution_paths') }}

),

effects as (

    {{ markov_effects(ref('mart_markov_transitions')) }}

),

named_effects as (

    select
        channel,
        removal_effect as effect,
        removal_effect_value as effect_on_value
    from effects

),

credits as (

    {{ channel_credits('named_effects', 'paths') }}

),

removal_effects as (

    select
        effects.channel,

        round(effects.removal_effect, 10) + 0.0 as removal_effect,
        round(effects.removal_effect_value, 10) + 0.0 as removal_effect_revenue,
        round(credits.credit_conversions, 9) as credit_conversions,
        {{ cents_to_amount('credits.credit_cents') }} as credit_revenue
    from effects
    inner join credits
        on effects.channel = credits.channel

    union all

    -- So that all conversions add up.
    select
        'Unattributed' as channel,

        cast(null as double) as removal_effect,
        cast(null as double) as removal_effect_revenue,
        cast(sum(conversions) as double) as credit_conversions,
        cast(sum(value) as decimal(18, 2)) as credit_revenue
    from paths
    where path is null
    having sum(conversions) > 0

)

select * from removal_effects
