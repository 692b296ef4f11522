with

stage_entries as (

    select
        stage_entry_id,
        journey_id,
        person_id,
        stage,
        coalesce(entered_from, 'start') as from_stage,
        {{ month_of('entered_date') }} as month,
        is_regression,
        entered_at,
        dwell_hours,
        lag(dwell_hours) over (
            partition by person_id
            order by entry_number
        ) as hours_in_from_stage
    from {{ ref('fct_stage_entries') }}

),

-- What came of it: the order that ended the journey, if it was near enough.
followed as (

    select
        stage_entries.*,
        (
            journeys.outcome = 'converted'
            and journeys.ended_at
            <= stage_entries.entered_at + interval {{ var('stage_outcome_days') }} day
        ) as is_followed_by_order
    from stage_entries
    inner join {{ ref('fct_journeys') }} as journeys
        on stage_entries.journey_id = journeys.journey_id

),

counted as (

    select
        from_stage,
        stage as to_stage,
        month,
        count(*) as transitions,
        count(distinct person_id) as persons,
        count(*) filter (where is_followed_by_order) as transitions_to_order,
        -- The engines round a half of a double differently, that of a decimal alike.
        cast(round(cast(median(hours_in_from_stage) as decimal(18, 6)), 4) as double)
            as median_dwell_hours,
        bool_or(is_regression) as is_regression
    from followed
    group by from_stage, stage, month

),

mart_stage_transitions as (

    select
        {{ surrogate_key(['from_stage', 'to_stage', 'month']) }} as stage_transition_id,

        from_stage,
        to_stage,
        month,

        transitions,
        persons,
        round(
            cast(transitions as double)
            / sum(transitions) over (partition by from_stage, month), 6
        ) as share_of_departures,
        median_dwell_hours,
        transitions_to_order,
        round(cast(transitions_to_order as double) / transitions, 6) as order_share,

        is_regression
    from counted

)

select * from mart_stage_transitions
