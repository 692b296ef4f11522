-- One row per model and channel; shares are of all channels, those not chosen included.

with

credited as (

    select
        model,
        channel,
        sum(conversions)::double as conversions,
        sum(revenue)::double as revenue,
        sum(spend)::double as spend
    from marts.mart_channel_attribution
    where month between $first and $last
    group by model, channel

),

shares as (

    select
        model,
        channel,
        conversions,
        revenue,
        spend,
        conversions / nullif(sum(conversions) over (partition by model), 0) as conversion_share,
        revenue / nullif(spend, 0) as roas,
        nullif(spend, 0) / nullif(conversions, 0) as cpa
    from credited

)

select * from shares
where $channels is null or list_contains($channels, channel)
order by model asc, revenue desc, channel asc
