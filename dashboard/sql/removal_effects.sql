-- One row per channel: the share of orders that would be missing without it, and Markov's two
-- totals for it.

with

effects as (

    select *
    from marts.mart_markov_removal_effects
    where $channels is null or list_contains($channels, channel)

),

orders as (

    select
        channel,
        sum(conversions)::double as order_conversions,
        sum(revenue)::double as order_revenue
    from marts.mart_channel_attribution
    where model = 'markov'
    group by channel

)

select
    effects.channel,
    effects.removal_effect,
    effects.credit_conversions,
    orders.order_conversions,
    effects.credit_revenue::double as credit_revenue,
    orders.order_revenue
from effects
left join orders
    on effects.channel = orders.channel
order by effects.removal_effect desc, effects.channel asc
