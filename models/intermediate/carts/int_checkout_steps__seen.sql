{#- A step of the funnel is the step in that place among those that the session's site sends. -#}
{%- set places = [
    {'name': 'first', 'when': 'place = 1'},
    {'name': 'second', 'when': 'place = 2'},
    {'name': 'third', 'when': 'place = 3'},
    {'name': 'fourth', 'when': 'place = 4'},
    {'name': 'fifth', 'when': 'place = 5'},
] %}

with

checkout_steps as (

    select
        *,
        {{ month_of('started_date') }} as month
    from {{ ref('int_web_checkout_steps__selected') }}
    where not is_excluded

),

step_numbers as (

    select distinct
        step_number,
        step as step_name
    from {{ ref('checkout_steps') }}

),

-- Sites that send nothing about the choice of a payment may still send its failures.
steps_sent as (

    select distinct
        month,
        stream_id,
        step_number
    from checkout_steps
    where touchpoint_type <> 'payment_failure'

),

last_steps_sent as (

    select
        month,
        stream_id,
        max(case when touchpoint_type = 'payment_failure' then 0 else step_number end)
            as step_number
    from checkout_steps
    group by month, stream_id

),

-- A site that sends later steps but never this one does not measure it. Nobody reaching the last
-- steps is a result.
measured_steps as (

    select
        last_steps_sent.month,
        last_steps_sent.stream_id,
        step_numbers.step_number,
        step_numbers.step_name,
        steps_sent.step_number is not null as is_sent,
        row_number() over (
            partition by last_steps_sent.month, last_steps_sent.stream_id
            order by step_numbers.step_number
        ) as place
    from last_steps_sent
    cross join step_numbers
    left join steps_sent
        on
            last_steps_sent.month = steps_sent.month
            and last_steps_sent.stream_id = steps_sent.stream_id
            and step_numbers.step_number = steps_sent.step_number
    where
        steps_sent.step_number is not null
        or step_numbers.step_number > last_steps_sent.step_number

),

placed_steps as (

    select
        checkout_steps.*,
        measured_steps.place
    from checkout_steps
    inner join measured_steps
        on
            checkout_steps.month = measured_steps.month
            and checkout_steps.stream_id = measured_steps.stream_id
            and checkout_steps.step_number = measured_steps.step_number

),

followed as (

    {{
        funnel(
            places,
            mode='open',
            relation='placed_steps',
            partition_by=['session_id'],
            time='event_at',
            tie_breaks=['source_priority', 'event_id'],
            keep=['month', 'device_category', 'stream_id']
        )
    }}

),

places_of_sites as (

    {{ funnel_summary('followed', places, by=['month', 'device_category', 'stream_id']) }}

),

steps_of_sites as (

    select
        places_of_sites.month,
        places_of_sites.device_category,
        measured_steps.step_number,
        measured_steps.step_name,
        measured_steps.is_sent,
        places_of_sites.entered,
        places_of_sites.entered_here,
        places_of_sites.continued,
        sum(places_of_sites.entered_here) over (
            partition by
                places_of_sites.month,
                places_of_sites.device_category,
                places_of_sites.stream_id
        ) as starters,
        lag(places_of_sites.entered) over (
            partition by
                places_of_sites.month,
                places_of_sites.device_category,
                places_of_sites.stream_id
            order by measured_steps.place
        ) as entered_before
    from places_of_sites
    inner join measured_steps
        on
            places_of_sites.month = measured_steps.month
            and places_of_sites.stream_id = measured_steps.stream_id
            and places_of_sites.step_number = measured_steps.place

),

counts as (

    select
        month,
        device_category,
        step_number,
        step_name,
        bool_or(is_sent) as is_sent,
        cast(sum(entered) as bigint) as entered,
        cast(sum(entered_here) as bigint) as entered_here,
        cast(sum(continued) as bigint) as continued,
        cast(sum(starters) as bigint) as starters,
        cast(sum(entered_before) as bigint) as entered_before
    from steps_of_sites
    group by month, device_category, step_number, step_name

),

-- A site on which nobody came far says nothing about a step that the others do not send.
measured_counts as (

    select * from counts
    qualify
        is_sent
        or step_number > max(case when is_sent then step_number else 0 end) over (
            partition by month, device_category
        )

),

sessions_by_step as (

    select
        month,
        device_category,
        step_number,
        count(distinct session_id) as sessions
    from checkout_steps
    group by month, device_category, step_number

),

medians as (

    select
        followed.month,
        followed.device_category,
        measured_steps.step_number,
        cast(round(median(followed.seconds_since_previous), 0) as bigint) as median_seconds
    from followed
    inner join measured_steps
        on
            followed.month = measured_steps.month
            and followed.stream_id = measured_steps.stream_id
            and followed.step_number = measured_steps.place
    group by followed.month, followed.device_category, measured_steps.step_number

),

seen as (

    select
        counts.month,
        counts.device_category,
        counts.step_number,
        counts.step_name,
        counts.entered,
        counts.entered_here,
        counts.continued,
        coalesce(sessions_by_step.sessions, 0) as sessions_with_step,
        {{ ratio('counts.entered', 'counts.starters') }} as rate_of_start,
        {{ ratio('(counts.entered - counts.entered_here)', 'counts.entered_before') }}
            as rate_of_previous,
        medians.median_seconds as median_seconds_since_previous
    from measured_counts as counts
    left join sessions_by_step
        on
            counts.month = sessions_by_step.month
            and counts.device_category = sessions_by_step.device_category
            and counts.step_number = sessions_by_step.step_number
    left join medians
        on
            counts.month = medians.month
            and counts.device_category = medians.device_category
            and counts.step_number = medians.step_number

)

select * from seen
