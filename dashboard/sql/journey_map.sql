-- One row per stage and channel: touchpoints that persons began, and messages to them apart.
-- Persons are the mean of the months.

with

cells as (

    select *
    from marts.mart_journey_map
    where
        persona <> 'all'
        and month between $first and $last
        and ($personas is null or list_contains($personas, persona))
        and ($channels is null or list_contains($channels, channel))

),

commonest_aspects as (

    select
        stage,
        channel,
        aspect
    from cells
    where aspect is not null
    group by stage, channel, aspect
    having sum(opinions) > 0
    qualify
        row_number() over (
            partition by stage, channel
            order by sum(opinions) desc, aspect asc
        ) = 1

),

measures as (

    select
        stage,
        stage_order,
        channel,
        sum(interactions - outbound_messages)::bigint as interactions,
        round(sum(persons) / (select count(distinct c.month) from cells as c))::bigint
            as persons_per_month,
        sum(conversions)::bigint as conversions,
        sum(net_revenue)::double as net_revenue,
        sum(dwell_seconds)::double as dwell_seconds,
        sum(dwell_seconds) / nullif(sum(interactions - outbound_messages), 0)
            as seconds_per_interaction,
        sum(outbound_messages)::bigint as outbound_messages,
        sum(opinions)::bigint as opinions,
        sum(sentiment * opinions)
        / nullif(sum(opinions) filter (where sentiment is not null), 0) as sentiment,
        nullif(sum(pain_score * persons), 0)
        / nullif(sum(persons) filter (where pain_score is not null), 0) as pain_score,
        nullif(sum(truth_score * persons), 0)
        / nullif(sum(persons) filter (where truth_score is not null), 0) as truth_score
    from cells
    group by stage, stage_order, channel

),

journey_map as (

    select
        measures.*,
        commonest_aspects.aspect
    from measures
    left join commonest_aspects
        on
            measures.stage = commonest_aspects.stage
            and measures.channel = commonest_aspects.channel

)

select * exclude (stage_order) from journey_map
order by stage_order asc, interactions desc, channel asc
