with

markov_effects as (

    select * from {{ ref('mart_markov_removal_effects') }}

),

shapley_values as (

    select * from {{ ref('mart_shapley_values') }}

),

models as (

    select model from {{ ref('attribution_models') }}

),

credits as (

    select
        model,
        channel,
        sum(conversion_share) as conversions,
        sum(revenue) as revenue
    from {{ ref('fct_attribution') }}
    group by model, channel

),

channels as (

    select distinct channel from credits

),

-- A model that gives a channel nothing says so.
dense as (

    select
        channels.channel,
        models.model,
        coalesce(credits.conversions, 0) as conversions,
        coalesce(credits.revenue, 0) as revenue,
        round(
            cast(coalesce(credits.conversions, 0) as double)
            / nullif(
                cast(sum(credits.conversions) over (partition by models.model) as double), 0
            ),
            6
        ) as share
    from channels
    cross join models
    left join credits
        on
            channels.channel = credits.channel
            and models.model = credits.model

),

compared as (

    select
        *,
        max(case when model = 'last' then share end) over (partition by channel) as last_share,
        max(share) over (partition by channel) - min(share) over (partition by channel)
            as disagreement,
        row_number() over (partition by channel order by share desc, model asc) as place_from_top,
        row_number() over (partition by channel order by share asc, model asc) as place_from_bottom
    from dense

),

comparison as (

    select
        {{ surrogate_key(['compared.channel', 'compared.model']) }} as comparison_id,

        compared.channel,
        compared.model,

        cast(compared.conversions as decimal(18, 8)) as conversions,
        cast(compared.revenue as decimal(18, 2)) as revenue,
        compared.share as conversion_share,
        round(compared.share - compared.last_share, 6) as share_beyond_last,
        round(compared.share / nullif(compared.last_share, 0) - 1, 4) as change_from_last,
        round(compared.disagreement, 6) as largest_disagreement,
        cast(dense_rank() over (order by round(compared.disagreement, 6) desc) as bigint)
            as disagreement_rank,
        case compared.model
            when 'markov' then markov_effects.credit_conversions
            when 'shapley' then shapley_values.credit_conversions
        end as own_credit_conversions,
        case compared.model
            when 'markov' then markov_effects.credit_revenue
            when 'shapley' then shapley_values.credit_revenue
        end as own_credit_revenue,

        compared.place_from_top = 1 as is_most_generous,
        compared.place_from_bottom = 1 as is_least_generous
    from compared
    left join markov_effects
        on compared.channel = markov_effects.channel
    left join shapley_values
        on compared.channel = shapley_values.channel

)

select * from comparison
