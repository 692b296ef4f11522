with

paths as (

    select
        path,
        conversions,
        nulls,
        revenue as value
    from {{ ref('mart_attribution_paths') }}

),

shapley_values as (

    {{ shapley_values('paths') }}

),

effects as (

    select
        channel,
        shapley_value as effect,
        shapley_value as effect_on_value
    from shapley_values

),

credits as (

    {{ channel_credits('effects', 'paths') }}

),

channel_values as (

    select
        shapley_values.channel,

        cast(shapley_values.channels as bigint) as channels,
        round(shapley_values.shapley_value, 10) + 0.0 as shapley_value,
        round(credits.credit_conversions, 9) + 0.0 as credit_conversions,
        {{ cents_to_amount('credits.credit_cents') }} as credit_revenue
    from shapley_values
    inner join credits
        on shapley_values.channel = credits.channel

    union all

    -- So that all conversions add up.
    select
        'Unattributed' as channel,

        cast(1 as bigint) as channels,
        cast(null as double) as shapley_value,
        cast(sum(conversions) as double) as credit_conversions,
        cast(sum(value) as decimal(18, 2)) as credit_revenue
    from paths
    where path is null
    having sum(conversions) > 0

)

select * from channel_values
