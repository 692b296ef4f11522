{{ config(materialized='view') }}

with

credits as (

    select * from {{ ref('int_channel_credits__apportioned') }}
    where model = 'shapley'

),

shapley_values as (

    select
        channel,

        channels,
        effect as shapley_value,
        credit_conversions,
        {{ cents_to_amount('cast(credit_cents as bigint)') }} as credit_revenue
    from credits

)

select * from shapley_values
