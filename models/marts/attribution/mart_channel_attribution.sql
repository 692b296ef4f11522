with

models as (

    select model from {{ ref('attribution_models') }}

),

credits as (

    select
        model,
        channel,
        {{ month_of('order_date') }} as month,
        sum(conversion_share) as conversions,
        sum(revenue) as revenue
    from {{ ref('fct_attribution') }}
    group by model, channel, {{ month_of('order_date') }}

),

spend_of_month as (

    select
        channel,
        spend_month as month,
        sum(cost_amount) as spend
    from {{ ref('int_campaign_days__costed') }}
    group by channel, spend_month

),

-- Every model has all the spend of the month, whether or not it gives the channel a conversion.
spend as (

    select
        models.model,
        spend_of_month.*
    from spend_of_month
    cross join models

),

joined as (

    select
        coalesce(credits.model, spend.model) as model,
        coalesce(credits.channel, spend.channel) as channel,
        coalesce(credits.month, spend.month) as month,
        coalesce(credits.conversions, 0) as conversions,
        coalesce(credits.revenue, 0) as revenue,
        coalesce(spend.spend, 0) as spend
    from credits
    full join spend
        on
            credits.model = spend.model
            and credits.channel = spend.channel
            and credits.month = spend.month

),

channel_attribution as (

    select
        {{ surrogate_key(['model', 'channel', 'month']) }} as channel_attribution_id,

        model,
        channel,
        month,
        'conversion_date' as date_basis,

        cast(conversions as decimal(18, 8)) as conversions,
        cast(revenue as decimal(18, 2)) as revenue,
        cast(spend as decimal(18, 2)) as spend,
        {{ return_on_ad_spend('revenue', 'spend') }} as roas,
        {{ cost_per_conversion('spend', 'conversions') }} as cpa,
        {{ return_on_investment('revenue', 'spend') }} as roi
    from joined

)

select * from channel_attribution
