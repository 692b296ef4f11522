with

journeys as (

    select
        journey_id,
        person_id,
        outcome,
        coalesce(path, '(none)') as own_path,
        net_revenue,
        touchpoint_count,
        path_length as path_touchpoints,
        {{ seconds_between('started_at', 'last_touched_at') }} as duration_seconds
    from {{ ref('fct_journeys') }}
    where not is_excluded

),

-- Many journeys share a path: each path is transformed once, not once per journey.
own_paths as (

    select distinct
        {{ path_text('path_channels') }} as own_path,
        path_channels
    from {{ ref('int_journeys__segmented') }}

),

told_paths as (
    {% for path_transform in var('path_transforms') %}
    select
        '{{ path_transform.name }}' as transform,
        own_path,
        {{ path_transformed('path_channels', path_transform.steps) }} as steps,
        {{
            path_transformed(
                'path_channels', path_transform.steps | map('replace', 'frequency', 'first')
            )
        }} as channels
    from own_paths
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

named_paths as (

    select
        transform,
        own_path,
        {{ path_text('steps') }} as path,
        {{ list_element('channels', '1') }} as first_channel,
        {{ list_element('channels', list_length('channels')) }} as last_channel,
        {{ list_length('channels') }} as path_length
    from told_paths

),

summed as (

    select
        named_paths.transform,
        named_paths.path,
        min(named_paths.first_channel) as first_channel,
        min(named_paths.last_channel) as last_channel,
        min(named_paths.path_length) as path_length,
        count(*) as journeys,
        count(distinct journeys.person_id) as persons,
        count(*) filter (where journeys.outcome = 'converted') as conversions,
        count(*) filter (where journeys.outcome = 'lost') as non_conversions,
        count(*) filter (where journeys.outcome = 'open') as open_journeys,
        cast(sum(coalesce(journeys.net_revenue, 0)) as decimal(18, 2)) as net_revenue,
        sum(case when journeys.outcome = 'converted' then journeys.touchpoint_count end)
            as touchpoints_sum,
        sum(case when journeys.outcome = 'converted' then journeys.path_touchpoints end)
            as path_touchpoints_sum,
        sum(case when journeys.outcome = 'converted' then journeys.duration_seconds end)
            as seconds_sum,
        median(case when journeys.outcome = 'converted' then journeys.duration_seconds end)
            as seconds_median
    from journeys
    inner join named_paths
        on journeys.own_path = named_paths.own_path
    group by named_paths.transform, named_paths.path

),

mart_top_conversion_paths as (

    select
        transform,
        path,

        -- What is known without a touchpoint is no path: it stands last, however often it occurs.
        cast(row_number() over (
            partition by transform
            order by
                case when path_length = 0 then 1 else 0 end asc,
                conversions desc,
                net_revenue desc,
                journeys asc,
                path asc
        ) as bigint) as rank,
        first_channel,
        last_channel,
        cast(path_length as bigint) as path_length,

        journeys,
        persons,
        conversions,
        non_conversions,
        open_journeys,
        net_revenue,

        {{ ratio('conversions', 'conversions + non_conversions') }} as conversion_rate,
        {{ ratio('conversions', 'journeys') }} as conversion_rate_at_least,
        {{ ratio('conversions', 'sum(conversions) over (partition by transform)') }}
            as conversion_share,
        {{ ratio('net_revenue', 'sum(net_revenue) over (partition by transform)') }}
            as revenue_share,
        {{ amount_per('net_revenue', 'conversions') }} as revenue_per_conversion,
        {{ ratio('touchpoints_sum', 'conversions') }} as average_touchpoints,
        {{ ratio('path_touchpoints_sum', 'conversions') }} as average_path_touchpoints,
        {{ ratio('seconds_sum', 'conversions * 3600') }} as average_duration_hours,
        {{ ratio('seconds_median', '3600') }} as median_duration_hours
    from summed

)

select * from mart_top_conversion_paths
