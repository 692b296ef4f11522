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
        sum(coalesce(journeys.net_revenue, 0)) as net_revenue,
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

totals as (

    select
        transform,
        sum(conversions) as all_conversions,
        sum(net_revenue) as all_net_revenue
    from summed
    group by transform

),

mart_top_conversion_paths as (

    select
        summed.transform,
        summed.path,

        -- What is known without a touchpoint is no path: it stands last, however often it occurs.
        cast(row_number() over (
            partition by summed.transform
            order by
                case when summed.path_length = 0 then 1 else 0 end asc,
                summed.conversions desc,
                summed.net_revenue desc,
                summed.journeys asc,
                summed.path asc
        ) as bigint) as rank,
        summed.first_channel,
        summed.last_channel,
        cast(summed.path_length as bigint) as path_length,

        cast(summed.journeys as bigint) as journeys,
        cast(summed.persons as bigint) as persons,
        summed.conversions,
        summed.non_conversions,
        summed.open_journeys,
        cast(summed.net_revenue as decimal(18, 2)) as net_revenue,

        {{ ratio('summed.conversions', 'summed.conversions + summed.non_conversions') }}
            as conversion_rate,
        {{ ratio('summed.conversions', 'summed.journeys') }} as conversion_rate_at_least,
        {{ ratio('summed.conversions', 'totals.all_conversions') }} as conversion_share,
        {{ ratio('summed.net_revenue', 'totals.all_net_revenue') }} as revenue_share,
        {{ amount_per('summed.net_revenue', 'summed.conversions') }}
            as revenue_per_conversion,
        {{ ratio('summed.touchpoints_sum', 'summed.conversions') }} as average_touchpoints,
        {{ ratio('summed.path_touchpoints_sum', 'summed.conversions') }}
            as average_path_touchpoints,
        {{ ratio('summed.seconds_sum', 'summed.conversions * 3600') }}
            as average_duration_hours,
        {{ ratio('summed.seconds_median', '3600') }} as median_duration_hours
    from summed
    inner join totals
        on summed.transform = totals.transform

)

select * from mart_top_conversion_paths
