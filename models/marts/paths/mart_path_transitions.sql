with

summed as (

    select
        from_channel,
        to_channel,
        step,
        count(*) as journeys,
        count(*) filter (where outcome = 'converted') as converted_journeys,
        count(*) filter (where outcome = 'lost') as lost_journeys,
        count(*) filter (where outcome = 'open') as open_journeys,
        cast(sum(coalesce(net_revenue, 0)) as decimal(18, 2)) as net_revenue,
        median(seconds) as seconds_median
    from {{ ref('int_path_moves__followed') }}
    group by from_channel, to_channel, step

),

mart_path_transitions as (

    select
        from_channel,
        to_channel,
        step,

        journeys,
        converted_journeys,
        lost_journeys,
        open_journeys,
        net_revenue,

        {{ ratio('journeys', 'sum(journeys) over (partition by from_channel, step)') }}
            as share_of_from,
        {{ ratio('journeys', 'sum(journeys) over (partition by to_channel, step)') }}
            as share_of_to,
        {{ ratio('converted_journeys', 'converted_journeys + lost_journeys') }}
            as conversion_rate,
        {{ ratio('seconds_median', '3600') }} as median_hours
    from summed

)

select * from mart_path_transitions
