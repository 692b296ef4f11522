{{ config(materialized='view') }}

with

credits as (

    select * from {{ ref('int_channel_credits__apportioned') }}
    where model = 'markov'

),

removal_effects as (

    select
        channel,

        effect as removal_effect,
        effect_on_revenue as removal_effect_revenue,
        credit_conversions,
        {{ cents_to_amount('cast(credit_cents as bigint)') }} as credit_revenue
    from credits

)

select * from removal_effects
