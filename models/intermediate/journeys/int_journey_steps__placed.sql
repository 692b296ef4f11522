{{ config(
    post_hook="{{ delete_outdated_persons(this) }}",
    **incremental_by_key('person_id')
) }}

with

persons as (

    select
        person_id,
        change_mark
    from {{ ref('int_persons__summarised') }}
    where touchpoints > 0

),

{% if is_incremental() -%}
changed as (

    {{ persons_to_renew(this) }}

),
{%- endif %}

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
    {%- if is_incremental() %}
    where person_id in (select changed.person_id from changed)
    {%- endif %}

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
    {%- if is_incremental() %}
    where person_id in (select changed.person_id from changed)
    {%- endif %}

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

journey_steps as (

    select
        of_journeys.journey_id,
        cast(of_journeys.position as bigint) as position,
        of_journeys.touchpoint_id,

        of_journeys.person_id,
        of_journeys.session_id,

        of_journeys.touchpoint_type,
        of_journeys.channel,
        of_journeys.stage,

        case
            when of_journeys.position > 1
                then {{ hours_between('of_journeys.previous_at', 'of_journeys.placed_at') }}
        end as hours_since_previous,
        {{ hours_between('of_journeys.placed_at', 'of_journeys.last_touched_at') }}
            as hours_before_end,

        of_journeys.is_path_entry,
        of_journeys.is_inbound,
        of_journeys.is_excluded,

        of_journeys.placed_at,

        persons.change_mark as person_change_mark
    from of_journeys
    inner join persons
        on of_journeys.person_id = persons.person_id

)

select * from journey_steps
