{#- What an increment has to read of the touchpoints of some persons, found before its SQL is written, so that
    a day stands in it as a literal: a condition on it reaches the tables under the views of
    touchpoints, one on another table would be tried on every touchpoint there is. `query` tells of each
    identifier whether its person is continued, which is to say whether only touchpoints from first_new_day
    on are wanted. Gives

    persons     table of work with what the query gives: identifier_id, person_id, is_continued,
                first_new_day and whatever else
    recent_day  touchpoints of persons continued from this day on are read by day, those of others by
                identifier -#}
{% macro touchpoints_to_read(name, query) -%}
    {%- set persons = scratch_table(name) -%}
    {%- set reading = {'persons': persons, 'recent_day': '2999-12-31'} -%}
    {%- if execute and flags.WHICH in ('run', 'build') and is_incremental() -%}
        {%- do create_work_table(persons, query) -%}
        {%- set recent_day = run_query(recent_day_of(persons)).columns[0].values()[0] -%}
        {%- if recent_day -%}
            {%- do reading.update({'recent_day': recent_day.isoformat()}) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(reading) }}
{%- endmacro %}


{#- Query of touchpoints with the moment that orders them and what they are to a journey. What another system
    tells of an order within the hour stands at its moment, right before it. `touchpoints` names rows of
    int_touchpoints__identity_resolved. -#}
{% macro touchpoints_ordered(touchpoints) -%}
    select
        touchpoints.touchpoint_id,

        touchpoints.person_id,
        touchpoints.identifier_id,
        touchpoints.session_id,
        touchpoints.order_id,

        touchpoints.touchpoint_type,
        touchpoints.channel,
        touchpoints.environment,
        touchpoints.direction,
        touchpoints.stage,

        touchpoints.touched_date,

        touchpoints.source_priority,

        touchpoints.is_path_touchpoint and not touchpoints.is_excluded as is_path_touchpoint,
        touchpoints.is_research and not touchpoints.is_excluded as is_research,
        touchpoints.touchpoint_type = 'order' and conversions.order_id is not null
            as is_conversion,
        touchpoints.direction = 'inbound' and not touchpoints.is_excluded as is_inbound,
        touchpoints.is_excluded,

        case
            when
                touchpoints.is_order_echo
                and conversions.ordered_at < touchpoints.touched_at
                and touchpoints.touched_at <= conversions.ordered_at + interval 1 hour
                then conversions.ordered_at
            else touchpoints.touched_at
        end as sequenced_at,
        touchpoints.touched_at,

        touchpoints.event_day
    from {{ touchpoints }} as touchpoints
    left join {{ ref('int_orders__converted') }} as conversions
        on
            case
                when touchpoints.touchpoint_type = 'order' or touchpoints.is_order_echo
                    then touchpoints.order_id
            end = conversions.order_id
            and touchpoints.person_id = conversions.person_id
{%- endmacro %}


{#- Query of the last day before which no more than 10,000 identifiers of continued persons have new
    touchpoints: these are looked up one by one, so that late touchpoints of some do not have many days read
    for all. -#}
{% macro recent_day_of(persons) -%}
    select max(first_new_day) as recent_day
    from (
        select
            first_new_day,
            sum(count(*)) over (order by first_new_day) - count(*) as identifiers_before
        from {{ persons }}
        where is_continued
        group by first_new_day
    ) as days
    where identifiers_before <= 10000
{%- endmacro %}


{#- Query of the identifiers of some persons. Who is not on the map is the person's only one. -#}
{% macro identifiers_of_persons(persons) -%}
    select
        resolved.identifier_id,
        resolved.person_id
    from {{ ref('int_identifiers__resolved') }} as resolved
    inner join {{ persons }} as persons
        on resolved.person_id = persons.person_id
    union all
    select
        persons.person_id as identifier_id,
        persons.person_id
    from {{ persons }} as persons
    left join {{ ref('int_identifiers__resolved') }} as resolved
        on persons.person_id = resolved.identifier_id
    where resolved.identifier_id is null
{%- endmacro %}


{#- Query of the persons whose journeys are outdated, with their identifiers. A person is continued if the
    touchpoints up to the last day stored are the ones stored and the new ones come later, or if nothing is
    stored; journeys of all others are cut anew, from the first touchpoint on. An order that another system
    tells of may be one of the stored touchpoints, hence the hour. Who is no more has no identifier left, and
    nothing to be cut. -#}
{% macro persons_to_segment(relation) -%}
    with

    outdated as (

        {{ outdated_persons(relation, 'is_newest') }}

    ),

    changed_persons as (

        select
            outdated.person_id,
            max(stored.person_fingerprint) as mark_before,
            coalesce(max(stored.last_event_day), date '1900-01-01') as last_event_day,
            max(stored.last_touched_at) as last_touched_at,
            max(stored.converted_at) as last_converted_at
        from outdated
        left join {{ relation }} as stored
            on outdated.person_id = stored.person_id
        group by outdated.person_id

    ),

    identifiers as (

        {{ identifiers_of_persons('changed_persons') }}

    ),

    changed as (

        select
            identifiers.identifier_id,
            changed_persons.*
        from identifiers
        inner join changed_persons
            on identifiers.person_id = changed_persons.person_id

    ),

    identifier_days as (

        select
            identifier_id,
            event_day,
            additive_fingerprint,
            first_touchpoint_at
        from {{ ref('int_identifier_days__summarised') }}
        union all
        select
            identifier_id,
            event_day,
            additive_fingerprint,
            touched_at as first_touchpoint_at
        from {{ ref('int_touchpoints__fingerprinted') }}
        where not is_by_day

    ),

    persons as (

        select
            changed.person_id,
            max(changed.mark_before) as mark_before,
            max(changed.last_touched_at) as last_touched_at,
            max(changed.last_converted_at) as last_converted_at,
            sum(
                case
                    when identifier_days.event_day > changed.last_event_day then 0
                    else identifier_days.additive_fingerprint
                end
            ) as mark_of_stored_days,
            min(
                case
                    when identifier_days.event_day > changed.last_event_day
                        then identifier_days.event_day
                end
            ) as first_new_day,
            min(
                case
                    when identifier_days.event_day > changed.last_event_day
                        then identifier_days.first_touchpoint_at
                end
            ) as first_new_touchpoint_at
        from changed
        inner join identifier_days
            on changed.identifier_id = identifier_days.identifier_id
        group by changed.person_id

    )

    select
        identifiers.identifier_id,
        changed_persons.person_id,
        persons.first_new_day,
        case
            when persons.person_id is null then false
            when persons.mark_before is null then true
            else coalesce(
                persons.mark_of_stored_days = persons.mark_before
                and persons.first_new_touchpoint_at > persons.last_touched_at
                and (
                    persons.last_converted_at is null
                    or persons.first_new_touchpoint_at > persons.last_converted_at + interval 1 hour
                ),
                false
            )
        end as is_continued
    from changed_persons
    left join identifiers
        on changed_persons.person_id = identifiers.person_id
    left join persons
        on changed_persons.person_id = persons.person_id
{%- endmacro %}


{#- Query of the stored journeys that int_journeys__segmented has to write anew or not at all: of a person who is
    continued the newest, of all others every one. `persons` is what touchpoints_to_read made of
    persons_to_segment. -#}
{% macro outdated_journeys_to_segment(relation, persons) -%}
    select
        stored.journey_id,
        persons.is_continued
    from {{ relation }} as stored
    inner join (
        select distinct
            person_id,
            is_continued
        from {{ persons }}
    ) as persons
        on stored.person_id = persons.person_id
    where stored.is_newest or not persons.is_continued
{%- endmacro %}


{#- Number of a build of int_journeys__segmented, above those of all before, as SQL. The first one is the moment it
    started, in microseconds, so that the table's loss does not have it count from 1 again. -#}
{% macro build_number(relation) -%}
    {%- set first_number = (run_started_at.timestamp() * 1000000) | int -%}
    {%- if is_incremental() -%}
        (select coalesce(max(stored.build_number) + 1, {{ first_number }}) from {{ relation }} as stored)
    {%- else -%}
        cast({{ first_number }} as bigint)
    {%- endif -%}
{%- endmacro %}


{#- Query of the journeys whose stored steps are not those of today: changed ones, new ones, and those that are
    no more, which have no person. Stored is what builds of int_journeys__segmented up to the newest number among
    the steps brought. A person is continued if these journeys all come from one later build that continued
    the person from what is stored: the stored steps stay, and those of the new days are added. Of all
    others every journey is placed anew. -#}
{% macro outdated_journeys_of_steps(relation) -%}
    with

    stored as (

        select journey_id
        from {{ relation }}
        where position = 1

    ),

    builds_stored as (

        select coalesce(max(build_number), 0) as newest
        from {{ relation }}

    ),

    changed as (

        select
            journeys.journey_id is not null as is_there,
            coalesce(journeys.journey_id, stored.journey_id) as journey_id,
            journeys.person_id,
            journeys.build_number,
            journeys.continued_on_day,
            case
                when stored.journey_id is null then journeys.continued_from_build is null
                else coalesce(journeys.continued_from_build <= builds_stored.newest, false)
            end as is_next
        from {{ ref('int_journeys__segmented') }} as journeys
        full outer join stored
            on journeys.journey_id = stored.journey_id
        cross join builds_stored
        where
            journeys.journey_id is null
            or stored.journey_id is null
            or journeys.build_number > builds_stored.newest

    ),

    persons as (

        select
            person_id,
            min(continued_on_day) as first_new_day,
            min(case when is_next and continued_on_day is not null then 1 else 0 end) = 1
            and min(build_number) = max(build_number) as is_continued
        from changed
        where is_there
        group by person_id

    )

    select
        changed.journey_id,
        persons.person_id,
        persons.first_new_day,
        coalesce(persons.is_continued, false) as is_continued
    from changed
    left join persons
        on changed.person_id = persons.person_id
    where persons.person_id is null or persons.is_continued
    union all
    select
        journeys.journey_id,
        persons.person_id,
        persons.first_new_day,
        persons.is_continued
    from {{ ref('int_journeys__segmented') }} as journeys
    inner join persons
        on journeys.person_id = persons.person_id
    where not persons.is_continued
{%- endmacro %}


{#- Query of the identifiers of persons with journeys that are outdated, and whether these are continued.
    `journeys` is what stale_keys gave of outdated_journeys_of_steps. -#}
{% macro persons_to_place(journeys) -%}
    with

    persons as (

        select distinct
            person_id,
            first_new_day,
            is_continued
        from {{ journeys }} as outdated
        where person_id is not null

    ),

    identifiers as (

        {{ identifiers_of_persons('persons') }}

    )

    select
        identifiers.identifier_id,
        persons.person_id,
        persons.first_new_day,
        persons.is_continued
    from persons
    inner join identifiers
        on persons.person_id = identifiers.person_id
{%- endmacro %}


{#- Query of the journeys with what their orders brought and how they stand. Only a person's newest journey
    can still be going on. -#}
{% macro journeys_with_outcome() -%}
    select
        journeys.*,
        orders.net_revenue,
        case
            when journeys.order_id is not null then 'converted'
            when
                not journeys.is_newest
                or journeys.last_touched_at
                < newest.newest_touched_at - interval {{ var('journey_inactivity_days') }} day
                then 'lost'
            else 'open'
        end as outcome
    from {{ ref('int_journeys__segmented') }} as journeys
    -- Today, as far as the data goes.
    cross join (
        select max(last_touched_at) as newest_touched_at
        from {{ ref('int_journeys__segmented') }}
    ) as newest
    left join {{ ref('int_orders__valued') }} as orders
        on journeys.order_id = orders.order_id
{%- endmacro %}


{#- First day of the month a journey belongs to: that of its last touchpoint, which is its end once it has
    ended. -#}
{% macro journey_month(last_touched_at) -%}
    cast(date_trunc('month', {{ local_date(last_touched_at) }}) as date)
{%- endmacro %}


{#- Query of the journeys that are not told as they stand: a journey ends as time goes by, and what its order
    brought changes with returns. -#}
{% macro outdated_journeys(relation) -%}
    select coalesce(journeys.journey_id, stored.journey_id) as journey_id
    from (
        {{ journeys_with_outcome() }}
    ) as journeys
    full outer join {{ relation }} as stored
        on journeys.journey_id = stored.journey_id
    where
        journeys.journey_id is null
        or stored.journey_id is null
        or stored.build_number <> journeys.build_number
        or stored.outcome <> journeys.outcome
        or stored.net_revenue is distinct from journeys.net_revenue
{%- endmacro %}


{#- Query of the persons whose rows in a model keyed by person are not those of today's touchpoints, or who are
    no more, having become part of others. `one_of_each` is the condition that picks one row of each person, whose
    `person_fingerprint` stands for all touchpoints they were made of. -#}
{% macro outdated_persons(relation, one_of_each) -%}
    select coalesce(persons.person_id, stored.person_id) as person_id
    from (
        select
            person_id,
            additive_fingerprint
        from {{ ref('int_persons__summarised') }}
        where touchpoints > 0
    ) as persons
    full outer join (
        select
            person_id,
            person_fingerprint
        from {{ relation }}
        where {{ one_of_each }}
    ) as stored
        on persons.person_id = stored.person_id
    where
        persons.person_id is null
        or stored.person_id is null
        or stored.person_fingerprint <> persons.additive_fingerprint
{%- endmacro %}
