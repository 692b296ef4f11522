-- Which paid channels earn their money, whatever model one believes?
-- Grain: one row per channel that cost something.
-- Read: verdict says by how many models the margin (revenue times contribution_margin) covers the
-- spend. Effects that nobody clicks on (television, print, outdoor) are hardly seen by any of the
-- models: no order names them.

with

attributed as (

    select
        model,
        channel,
        sum(spend) as spend,
        sum(revenue) as revenue
    from {{ ref('mart_channel_attribution') }}
    group by model, channel

),

judged as (

    select
        model,
        channel,
        spend,
        revenue,
        cast(revenue as double) * {{ var('contribution_margin') }} >= cast(spend as double)
            as pays
    from attributed
    where spend > 0

),

channels_that_pay as (

    select
        channel,
        max(spend) as spend,
        min(revenue) as lowest_revenue,
        max(revenue) as highest_revenue,
        {{ ratio('min(revenue)', 'max(spend)', 2) }} as lowest_roas,
        {{ ratio('max(revenue)', 'max(spend)', 2) }} as highest_roas,
        count(*) filter (where pays) as models_by_which_it_pays,
        count(*) as models,
        case
            when sum(case when pays then 1 else 0 end) = count(*) then 'pays'
            when sum(case when pays then 1 else 0 end) = 0 then 'does not pay'
            else 'disputed'
        end as verdict
    from judged
    group by channel

)

select * from channels_that_pay
order by spend desc, channel asc
