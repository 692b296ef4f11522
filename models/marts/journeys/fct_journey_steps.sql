with

touchpoints as (

    select
        touchpoint_id,
        person_id,
        session_id,
        touchpoint_type,
        channel,
        stage,
        source_priority,
        is_path_entry,
        is_inbound,
        is_excluded,
        placed_at
    from {{ ref('int_touchpoints__placed') }}

),

journeys as (

    select
        journey_id,
        person_id,
        journey_number,
        first_touchpoint_id,
        last_touched_at,
        sum(touchpoints + excluded_touchpoints) over (
            partition by person_id
            order by journey_number
        ) - touchpoints - excluded_touchpoints as steps_before
    from {{ ref('int_journeys__cut') }}

),

-- From a journey's first touchpoint to the next one's, all is of that journey.
in_turn as (

    select
        touchpoints.*,
        row_number() over contacts_in_turn as person_position,
        lag(touchpoints.placed_at) over contacts_in_turn as previous_at,
        count(journeys.first_touchpoint_id) over contacts_in_turn as journey_number
    from touchpoints
    left join journeys
        on touchpoints.touchpoint_id = journeys.first_touchpoint_id
    window contacts_in_turn as (
        partition by touchpoints.person_id
        order by touchpoints.placed_at, touchpoints.source_priority, touchpoints.touchpoint_id
    )

),

of_journeys as (

    select
        in_turn.*,
        journeys.journey_id,
        journeys.last_touched_at,
        in_turn.person_position - journeys.steps_before as position
    from in_turn
    inner join journeys
        on
            in_turn.person_id = journeys.person_id
            and in_turn.journey_number = journeys.journey_number

),

fct_journey_steps as (

    select
        journey_id,
        cast(position as bigint) as position,
        touchpoint_id,

        person_id,
        session_id,

        touchpoint_type,
        channel,
        stage,

        case
            when position > 1 then {{ hours_between('previous_at', 'placed_at') }}
        end as hours_since_previous,
        {{ hours_between('placed_at', 'last_touched_at') }} as hours_before_end,

        is_path_entry,
        is_inbound,
        is_excluded,

        placed_at
    from of_journeys

)

select * from fct_journey_steps
