{{ config(
    post_hook="{{ drop_work_table(work_table('persons_to_place')) }}",
    **incremental_where_outdated('journey_id')
) }}
-- depends_on: {{ ref('int_identifiers__resolved') }}
-- depends_on: {{ ref('int_touchpoints__described') }}
-- depends_on: {{ ref('int_touchpoints__assigned') }}
-- depends_on: {{ ref('int_persons__first_ordered') }}
-- depends_on: {{ ref('int_orders__converted') }}
{%- set outdated = outdated_rows(outdated_journeys_of_steps(this)) %}
{%- set reading = contacts_to_read('persons_to_place', persons_to_place(outdated)) %}

with

{% if is_incremental() -%}
-- Of a continued person the journeys of the new days; of whoever is not, all.
changed_journeys as (

    select
        cut_journeys.*,
        outdated.is_continued and cut_journeys.continued_from_mark is not null as is_stored
    from {{ ref('int_journeys__cut') }} as cut_journeys
    inner join {{ outdated }} as outdated
        on cut_journeys.journey_id = outdated.journey_id

),

-- Steps there are already of journeys that go on; by one key, so that no others are read.
stored_steps as (

    select *
    from {{ this }}
    where
        journey_id in (
            select changed_journeys.journey_id
            from changed_journeys
            where changed_journeys.is_stored
        )
        and {{ computed_once() }}

),

standings as (

    select
        journey_id,
        count(*) as steps,
        max(placed_at) as last_placed_at
    from stored_steps
    group by journey_id

),

touchpoints as (

    {{ contacts_read(reading) }}

),
{%- else -%}
changed_journeys as (

    select * from {{ ref('int_journeys__cut') }}

),

-- No journey has a step yet.
standings as (

    select
        journey_id,
        touchpoints as steps,
        last_touched_at as last_placed_at
    from changed_journeys
    where false

),

touchpoints as (

    select * from {{ ref('int_touchpoints__placed') }}

),
{%- endif %}

journeys as (

    select
        changed_journeys.journey_id,
        changed_journeys.person_id,
        changed_journeys.journey_number,
        changed_journeys.first_touchpoint_id,
        changed_journeys.last_touched_at,
        changed_journeys.journey_change_mark,
        standings.last_placed_at,
        coalesce(standings.steps, 0) as steps_stored,
        changed_journeys.touchpoints + changed_journeys.excluded_touchpoints
        - coalesce(standings.steps, 0) as steps_new,
        case when standings.steps > 0 then 0 else 1 end as is_begun
    from changed_journeys
    left join standings
        on changed_journeys.journey_id = standings.journey_id

),

-- Of those of a person to be placed: the one that goes on has number 0.
in_order as (

    select
        *,
        sum(is_begun) over journeys_of_person as place,
        -steps_new + sum(steps_new) over journeys_of_person as steps_before
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
        row_number() over contacts_in_turn as person_position,
        lag(touchpoints.placed_at) over contacts_in_turn as previous_at,
        count(journeys.first_touchpoint_id) over contacts_in_turn as place
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
        in_order.journey_id,
        in_order.last_touched_at,
        in_order.journey_change_mark,
        coalesce(in_turn.previous_at, in_order.last_placed_at) as step_before_at,
        in_turn.person_position - in_order.steps_before + in_order.steps_stored as position
    from in_turn
    inner join in_order
        on
            in_turn.person_id = in_order.person_id
            and in_turn.place = in_order.place

),

new_steps as (

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
            when position > 1 then {{ hours_between('step_before_at', 'placed_at') }}
        end as hours_since_previous,
        {{ hours_between('placed_at', 'last_touched_at') }} as hours_before_end,
        is_path_entry,
        is_inbound,
        is_excluded,
        placed_at,
        journey_change_mark
    from of_journeys

),

{% if is_incremental() -%}
-- What a journey brings moves its end away from the steps before.
steps_kept as (

    select
        stored_steps.journey_id,
        stored_steps.position,
        stored_steps.touchpoint_id,
        stored_steps.person_id,
        stored_steps.session_id,
        stored_steps.touchpoint_type,
        stored_steps.channel,
        stored_steps.stage,
        stored_steps.touched_date,
        stored_steps.hours_since_previous,
        {{ hours_between('stored_steps.placed_at', 'journeys.last_touched_at') }}
            as hours_before_end,
        stored_steps.is_path_entry,
        stored_steps.is_inbound,
        stored_steps.is_excluded,
        stored_steps.placed_at,
        journeys.journey_change_mark
    from stored_steps
    inner join journeys
        on stored_steps.journey_id = journeys.journey_id

),
{%- endif %}

journey_steps as (

    select * from new_steps
    {%- if is_incremental() %}
    union all
    select * from steps_kept
    {%- endif %}

)

select * from journey_steps
