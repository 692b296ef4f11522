-- For which channels does the verdict hang on the attribution model?
-- Grain: one row per channel.
-- Read: lowest and highest are the shares of all conversions that the least and the most generous
-- model give. Decide by any model where they are close; where they are not, a test with and without
-- the channel says more than a model.

with

comparison as (

    select * from {{ ref('mart_attribution_comparison') }}

),

channels_the_models_dispute as (

    select
        channel,
        min(conversion_share) as lowest_share,
        min(case when is_least_generous then model end) as least_generous_model,
        max(conversion_share) as highest_share,
        min(case when is_most_generous then model end) as most_generous_model,
        round(max(conversion_share) - min(conversion_share), 6) as disagreement,
        max(case when model = 'last' then conversion_share end) as share_by_last,
        max(case when model = 'markov' then conversion_share end) as share_by_markov
    from comparison
    group by channel

)

select * from channels_the_models_dispute
order by disagreement desc, channel asc
