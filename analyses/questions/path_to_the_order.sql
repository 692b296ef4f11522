-- How long is the way to an order, by the channel it began in?
-- Grain: one row per first channel of a converted journey, and whether it was the person's first
-- journey.
-- Read: a channel with short ways finds people who had decided; one with long ways makes demand,
-- and is paid back later than the month's report shows.

with

journeys as (

    select * from {{ ref('fct_journeys') }}

),

path_to_the_order as (

    select
        first_channel,
        journey_number = 1 as is_first_journey,
        count(*) as conversions,
        round(median(duration_hours) / 24, 1) as median_days,
        median(touchpoint_count) as median_touchpoints,
        median(path_length) as median_path_length,
        median(research_depth) as median_research_depth,
        {{ ratio('sum(offline_touchpoint_count)', 'sum(touchpoint_count)') }} as offline_share,
        {{ ratio('sum(net_revenue)', 'count(*)', 2) }} as order_value
    from journeys
    where outcome = 'converted' and not is_excluded and first_channel is not null
    group by first_channel, journey_number = 1

)

select * from path_to_the_order
order by conversions desc, first_channel asc, is_first_journey asc
