-- Which channels open a journey, which help on the way, and which close?
-- Grain: one row per channel of a converted path.
-- Read: opener_share over closer_share tells an opener (display, social) from a closer (direct,
-- store). Assists are paths that hold the channel neither first nor last; last-click figures do not
-- see them. The second order of a session has no path of its own and is left out.

with

journeys as (

    select
        journey_id,
        order_id,
        first_channel,
        last_channel
    from {{ ref('fct_journeys') }}
    where outcome = 'converted' and not is_excluded and path_length > 0

),

channels_of_orders as (

    select distinct
        order_id,
        channel
    from {{ ref('fct_attribution') }}
    where model = 'linear' and touchpoint_id is not null

),

roles as (

    select
        channels_of_orders.channel,
        count(*) as conversions_with,
        count(*) filter (where journeys.first_channel = channels_of_orders.channel) as opened,
        count(*) filter (where journeys.last_channel = channels_of_orders.channel) as closed,
        count(*) filter (
            where
            journeys.first_channel <> channels_of_orders.channel
            and journeys.last_channel <> channels_of_orders.channel
        ) as assisted
    from channels_of_orders
    inner join journeys
        on channels_of_orders.order_id = journeys.order_id
    group by channels_of_orders.channel

),

roles_of_channels as (

    select
        channel,
        conversions_with,
        opened,
        assisted,
        closed,
        {{ ratio('opened', 'conversions_with') }} as opener_share,
        {{ ratio('assisted', 'conversions_with') }} as assist_share,
        {{ ratio('closed', 'conversions_with') }} as closer_share
    from roles

)

select * from roles_of_channels
order by conversions_with desc, channel asc
