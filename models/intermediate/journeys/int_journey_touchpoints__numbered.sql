{{ config(
    post_hook="{{ drop_work_table(scratch_table('persons_to_place')) }}",
    **incremental_where_outdated('journey_id', 'not is_continued')
) }}
-- depends_on: {{ ref('int_identifiers__resolved') }}
-- depends_on: {{ ref('int_touchpoints__enriched') }}
-- depends_on: {{ ref('int_touchpoints__identity_resolved') }}
-- depends_on: {{ ref('int_persons__first_ordered') }}
-- depends_on: {{ ref('int_orders__converted') }}
{%- set outdated = stale_keys(outdated_journeys_of_steps(this)) %}
{%- set reading = touchpoints_to_read('persons_to_place', persons_to_place(outdated)) %}

with

{% if is_incremental() -%}
-- Of a continued person the journeys of the new days; of whoever is not, all.
changed_journeys as (

    select
        cut_journeys.*,
        outdated.is_continued and cut_journeys.continued_from_build is not null as is_stored
    from {{ ref('int_journeys__segmented') }} as cut_journeys
    inner join {{ outdated }} as outdated
        on cut_journeys.journey_id = outdated.journey_id

),

touchpoints as (

    {{ touchpoints_read(reading) }}

),
{%- else -%}
-- No journey has a step yet.
changed_journeys as (

    select
        *,
        false as is_stored
    from {{ ref('int_journeys__segmented') }}

),

touchpoints as (

    select * from {{ ref('int_touchpoints__sequenced') }}

),
{%- endif %}

journeys as (

    select
        journey_id,
        person_id,
        journey_number,
        first_touchpoint_id,
        touchpoints + excluded_touchpoints as steps,
        build_number,
        case when is_stored then continued_from_steps else 0 end as steps_stored,
        case when is_stored then continued_from_moment end as last_placed_at,
        case when is_stored then 0 else 1 end as is_begun
    from changed_journeys

),

-- Of those of a person to be placed: the one that goes on has number 0.
in_order as (

    select
        *,
        sum(is_begun) over journeys_of_person as place,
        sum(steps - steps_stored) over journeys_of_person - (steps - steps_stored)
            as steps_before
    from journeys
    window journeys_of_person as (
        partition by person_id
        order by journey_number
    )

),

-- From a journey's first touchpoint to the next one's, all is of that journey.
in_turn as (

    select
        touchpoints.*,
        row_number() over touchpoints_in_sequence as person_position,
        lag(touchpoints.sequenced_at) over touchpoints_in_sequence as previous_at,
        count(journeys.first_touchpoint_id) over touchpoints_in_sequence as place
    from touchpoints
    left join journeys
        on touchpoints.touchpoint_id = journeys.first_touchpoint_id
    window touchpoints_in_sequence as (
        partition by touchpoints.person_id
        order by touchpoints.sequenced_at, touchpoints.source_priority, touchpoints.touchpoint_id
    )

),

of_journeys as (

    select
        in_turn.*,
        in_order.journey_id,
        in_order.build_number,
        coalesce(in_turn.previous_at, in_order.last_placed_at) as step_before_at,
        in_turn.person_position - in_order.steps_before + in_order.steps_stored as position
    from in_turn
    inner join in_order
        on
            in_turn.person_id = in_order.person_id
            and in_turn.place = in_order.place

),

journey_steps as (

    select
        journey_id,
        cast(position as bigint) as position,
        touchpoint_id,
        person_id,
        session_id,
        touchpoint_type,
        channel,
        stage,
        touched_date,
        case
            when position > 1 then {{ hours_between('step_before_at', 'sequenced_at') }}
        end as hours_since_previous,
        is_path_touchpoint,
        is_inbound,
        is_excluded,
        sequenced_at,
        build_number
    from of_journeys

)

select * from journey_steps
