with

journeys as (

    select
        journey_id,
        person_id,
        outcome
    from {{ ref('fct_journeys') }}
    where not is_excluded

),

entries as (

    select
        journey_id,
        session_id,
        touchpoint_type,
        channel,
        touched_at,
        converted_at,
        lag(touchpoint_type) over entries_in_turn as type_before,
        lag(channel) over entries_in_turn as channel_before,
        lag(touched_at) over entries_in_turn as touched_before_at,
        lead(touchpoint_type) over entries_in_turn as type_after,
        lead(channel) over entries_in_turn as channel_after,
        lead(touched_at) over entries_in_turn as touched_after_at
    from {{ ref('int_path_touchpoints__selected') }}
    window entries_in_turn as (
        partition by journey_id
        order by position
    )

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

placed as (

    select
        journeys.person_id,
        journeys.outcome,
        entries.touchpoint_type,
        entries.channel,
        sessions.campaign_id,
        sessions.landing_page,
        coalesce(entries.type_before, 'start') as type_before,
        coalesce(entries.channel_before, 'start') as channel_before,
        {{ seconds_between('entries.touched_before_at', 'entries.touched_at') }}
            as seconds_before,
        coalesce(entries.type_after, journeys.outcome) as type_after,
        coalesce(entries.channel_after, journeys.outcome) as channel_after,
        {{
            seconds_between(
                'entries.touched_at', 'coalesce(entries.touched_after_at, entries.converted_at)'
            )
        }} as seconds_after
    from entries
    inner join journeys
        on entries.journey_id = journeys.journey_id
    left join {{ ref('fct_sessions') }} as sessions
        on entries.session_id = sessions.session_id

),

co_occurrences as (

    select
        'touchpoint_type' as subject_kind,
        touchpoint_type as subject,
        placed.*
    from placed

    union all

    select
        'channel' as subject_kind,
        channel as subject,
        placed.*
    from placed

    union all

    select
        'campaign' as subject_kind,
        campaign_id as subject,
        placed.*
    from placed
    where campaign_id is not null

    union all

    select
        'landing_page' as subject_kind,
        landing_page as subject,
        placed.*
    from placed
    where landing_page is not null

),

subjects as (

    select
        subject_kind,
        subject,
        count(*) as co_occurrences,
        count(distinct person_id) as persons
    from co_occurrences
    group by subject_kind, subject

),

sides as (

    select
        subject_kind,
        subject,
        'before' as side,
        type_before as neighbour_type,
        channel_before as neighbour_channel,
        seconds_before as seconds,
        outcome
    from co_occurrences

    union all

    select
        subject_kind,
        subject,
        'after' as side,
        type_after as neighbour_type,
        channel_after as neighbour_channel,
        seconds_after as seconds,
        outcome
    from co_occurrences

),

summed as (

    select
        subject_kind,
        subject,
        side,
        neighbour_type,
        neighbour_channel,
        count(*) as co_occurrences,
        count(*) filter (where outcome = 'converted') as converted_co_occurrences,
        median(seconds) as seconds_median
    from sides
    group by subject_kind, subject, side, neighbour_type, neighbour_channel

),

mart_touchpoint_neighbours as (

    select
        summed.subject_kind,
        summed.subject,
        summed.side,
        summed.neighbour_type,
        summed.neighbour_channel,

        case
            when summed.subject_kind = 'campaign' then campaigns.campaign_name
            else summed.subject
        end as subject_name,
        cast(row_number() over (
            partition by summed.subject_kind, summed.subject, summed.side
            order by
                summed.co_occurrences desc,
                summed.neighbour_type asc,
                summed.neighbour_channel asc
        ) as bigint) as neighbour_rank,

        subjects.co_occurrences as subject_occurrences,
        subjects.persons as subject_persons,
        summed.co_occurrences,
        summed.converted_co_occurrences,

        {{ ratio('summed.co_occurrences', 'subjects.co_occurrences') }} as share_of_co_occurrences,
        {{ ratio('summed.seconds_median', '3600') }} as median_hours
    from summed
    inner join subjects
        on
            summed.subject_kind = subjects.subject_kind
            and summed.subject = subjects.subject
    left join campaigns
        on summed.subject = campaigns.campaign_id

)

select * from mart_touchpoint_neighbours
