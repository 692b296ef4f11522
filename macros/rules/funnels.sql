{#- A query that follows each partition (person, journey, session ...) of a relation of touchpoints through
    the steps of a funnel: one row per partition and step it reached. `steps` is a list like

        [
            {'name': 'cart', 'when': "touchpoint_type = 'cart_add'"},
            {'name': 'payment', 'when': "touchpoint_type = 'checkout_payment'", 'within': '2 days'},
            {'name': 'order', 'when': "touchpoint_type = 'web_purchase'", 'kind': 'direct'},
        ]

    docs/funnels.md says what the settings mean and what comes out. Touchpoints are numbered once; after
    that each step is the least number among those that match it after the step before: a join and a
    grouping over the touchpoints that match any step, which costs half of what windows do. -#}
{% macro funnel(
    steps,
    mode='closed',
    relation=none,
    where=none,
    partition_by=['person_id'],
    time='touched_at',
    tie_breaks=['source_priority', 'touchpoint_id'],
    keep=[]
) -%}
    {%- do check_funnel(steps, mode) -%}
    {%- if relation is none -%}
        {%- set relation = ref('fct_touchpoints') -%}
        {%- if where is none -%}
            {%- set where = 'not is_excluded' -%}
        {%- endif -%}
    {%- endif -%}
    {%- set has_direct_steps = steps | selectattr('kind', 'defined')
        | selectattr('kind', 'equalto', 'direct') | list | length > 0 -%}
    {%- set any_step = [] -%}
    {%- for step in steps -%}
        {%- do any_step.append('is_step_' ~ loop.index) -%}
    {%- endfor -%}
    {%- set any_step = any_step | join(' or ') -%}
    {%- set partition_columns = partition_by | join(', ') -%}
    with

    funnel_tried_touchpoints as (

        select
            *,
            {{ to_epoch_microseconds(time) }} as funnel_microseconds
        {%- for step in steps %},
            coalesce({{ step['when'] }}, false) as is_step_{{ loop.index }}
        {%- endfor %}
        from {{ relation }}
        where
            {{ time }} is not null
        {%- for column in partition_by %}
            and {{ column }} is not null
        {%- endfor %}
        {%- if where is not none %}
            and ({{ where }})
        {%- endif %}

    ),

    {#- Only where a step must come next, touchpoints that match none matter, for being in between. -#}
    funnel_numbered_touchpoints as (

        select
        {%- for column in partition_by %}
            {{ column }},
        {%- endfor %}
            {{ tie_breaks | last }},
        {%- for column in keep %}
            {{ column }} as kept_{{ column }},
        {%- endfor %}
            {{ time }} as funnel_at,
            funnel_microseconds,
        {%- for step in steps %}
            is_step_{{ loop.index }},
        {%- endfor %}
            row_number() over (
                partition by {{ partition_columns }}
                order by {{ ([time] + tie_breaks) | join(', ') }}
            ) as funnel_position
        from funnel_tried_touchpoints
        {%- if not has_direct_steps %}
        where {{ any_step }}
        {%- endif %}

    ),

    funnel_touchpoints as (

        select
            *,
            case
            {%- for step in steps %}
                when is_step_{{ loop.index }} then {{ loop.index }}
            {%- endfor %}
            end as first_matching_step
        from funnel_numbered_touchpoints
        where {{ any_step }}

    ),

    funnel_entries as (

        select
            {{ partition_columns }},
        {%- if mode == 'open' %}
            min_by(first_matching_step, funnel_position) as entry_step,
        {%- else %}
            1 as entry_step,
        {%- endif %}
            min(funnel_position) as entry_position,
            min(funnel_microseconds) as entry_microseconds
        from funnel_touchpoints
        {%- if mode == 'closed' %}
        where is_step_1
        {%- endif %}
        group by {{ partition_columns }}

    ),

    funnel_step_1 as (

        select
            *,
            case when entry_step = 1 then entry_position end as position_1,
            case when entry_step = 1 then entry_microseconds end as microseconds_1
        from funnel_entries

    ),

    {% for step in steps[1:] -%}
    {%- set number = loop.index + 1 -%}
    {%- set columns = partition_by + ['entry_step', 'entry_position', 'entry_microseconds'] -%}
    {%- for earlier in range(1, number) -%}
        {%- do columns.append('position_' ~ earlier) -%}
    {%- endfor -%}
    funnel_step_{{ number }} as (

        select
            {{ qualified('step_before', columns) }},
            case
                when step_before.entry_step = {{ number }} then step_before.entry_position
                else min(funnel_touchpoints.funnel_position)
            end as position_{{ number }},
            case
                when step_before.entry_step = {{ number }} then step_before.entry_microseconds
                else min(funnel_touchpoints.funnel_microseconds)
            end as microseconds_{{ number }}
        from funnel_step_{{ number - 1 }} as step_before
        left join funnel_touchpoints
            on
                {{ same_partition('step_before', 'funnel_touchpoints', partition_by) }}
                and funnel_touchpoints.is_step_{{ number }}
            {%- if step.get('kind') == 'direct' %}
                and funnel_touchpoints.funnel_position = step_before.position_{{ number - 1 }} + 1
            {%- else %}
                and funnel_touchpoints.funnel_position > step_before.position_{{ number - 1 }}
            {%- endif %}
            {%- if 'within' in step %}
                and funnel_touchpoints.funnel_microseconds - step_before.microseconds_{{ number - 1 }}
                <= {{ duration_microseconds(step['within']) }}
            {%- endif %}
        group by
            {{ qualified('step_before', columns) }}

    ),

    {% endfor -%}
    {%- set last_step = 'funnel_step_' ~ steps | length -%}
    funnel_reached_steps as (

        select
            funnel_touchpoints.*,
            cast(
                case funnel_touchpoints.funnel_position
                {%- for step in steps %}
                    when {{ last_step }}.position_{{ loop.index }} then {{ loop.index }}
                {%- endfor %}
                end as integer
            ) as step_number
        from funnel_touchpoints
        inner join {{ last_step }}
            on {{ same_partition('funnel_touchpoints', last_step, partition_by) }}

    ),

    funnel_timed_steps as (

        select
            *,
            lag(funnel_at) over (
                partition by {{ partition_columns }}
                order by step_number
            ) as previous_at,
            lead(funnel_at) over (
                partition by {{ partition_columns }}
                order by step_number
            ) as next_at,
        {%- for column in ['funnel_at'] + keep %}
            first_value({{ 'kept_' ~ column if not loop.first else column }}) over (
                partition by {{ partition_columns }}
                order by step_number
            ) as entry_{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
        from funnel_reached_steps
        where step_number is not null

    ),

    funnel_steps as (

        select
            {{ partition_columns }},
            step_number,
            case step_number
            {%- for step in steps %}
                when {{ loop.index }} then '{{ step["name"] }}'
            {%- endfor %}
            end as step_name,
            {{ tie_breaks | last }},
        {%- for column in keep %}
            entry_{{ column }} as {{ column }},
        {%- endfor %}
            {{ seconds_between('previous_at', 'funnel_at') }} as seconds_since_previous,
            {{ seconds_between('entry_funnel_at', 'funnel_at') }} as seconds_since_entry,
            previous_at is null as is_entry,
            next_at is not null as has_continued,
            entry_funnel_at as entered_at,
            funnel_at as reached_at
        from funnel_timed_steps

    )

    select * from funnel_steps
{%- endmacro %}


{#- Query that sums up a funnel (the name of a relation or CTE): one row per value of the columns
    `by`, if any, and step, including steps that no partition reached. `steps` is the list the
    funnel was made with. -#}
{% macro funnel_summary(funnel, steps, by=[]) -%}
    with

    funnel_counts as (

        select
        {%- for column in by %}
            {{ column }},
        {%- endfor %}
            step_number,
            count(*) as entered,
            sum(case when is_entry then 1 else 0 end) as entered_here,
            sum(case when has_continued then 1 else 0 end) as continued,
            median(seconds_since_previous) as median_seconds
        from {{ funnel }}
        group by {{ (by + ['step_number']) | join(', ') }}

    ),

    funnel_slices as (

        select
        {%- for column in by %}
            {{ column }},
        {%- endfor %}
            sum(entered_here) as starters
        from funnel_counts
        {%- if by %}
        group by {{ by | join(', ') }}
        {%- endif %}

    ),

    funnel_steps as (

    {%- for step in steps %}

        select
            cast({{ loop.index }} as integer) as step_number,
            '{{ step["name"] }}' as step_name
        {%- if not loop.last %}

        union all
        {%- endif %}
    {%- endfor %}

    ),

    funnel_dense as (

        select
        {%- for column in by %}
            funnel_slices.{{ column }},
        {%- endfor %}
            funnel_steps.step_number,
            funnel_steps.step_name,
            funnel_slices.starters,
            cast(coalesce(funnel_counts.entered, 0) as bigint) as entered,
            cast(coalesce(funnel_counts.entered_here, 0) as bigint) as entered_here,
            cast(coalesce(funnel_counts.continued, 0) as bigint) as continued,
            cast(round(funnel_counts.median_seconds, 0) as bigint) as median_seconds_since_previous
        from funnel_slices
        cross join funnel_steps
        left join funnel_counts
            on
                funnel_steps.step_number = funnel_counts.step_number
            {%- for column in by %}
                and funnel_slices.{{ column }} is not distinct from funnel_counts.{{ column }}
            {%- endfor %}

    ),

    funnel_summary as (

        select
        {%- for column in by %}
            {{ column }},
        {%- endfor %}
            step_number,
            step_name,
            entered,
            entered_here,
            continued,
            {{ ratio('entered', 'starters') }} as rate_of_start,
            {{
                ratio(
                    'entered - entered_here',
                    'lag(entered) over (' ~ ('partition by ' ~ by | join(', ') if by else '')
                    ~ ' order by step_number)'
                )
            }} as rate_of_previous,
            median_seconds_since_previous
        from funnel_dense

    )

    select * from funnel_summary
{%- endmacro %}


{#- A length of time as people write it ('30 minutes', '1 day') in microseconds. A day has 24 hours. -#}
{% macro duration_microseconds(duration) -%}
    {%- set seconds = {'second': 1, 'minute': 60, 'hour': 3600, 'day': 86400, 'week': 604800} -%}
    {%- set words = (duration | string).split() -%}
    {%- set unit = words[1] | lower if words | length == 2 else '' -%}
    {%- set unit = unit[:-1] if unit.endswith('s') else unit -%}
    {%- if unit not in seconds or not words[0].isdigit() -%}
        {%- do exceptions.raise_compiler_error(
            "'" ~ duration ~ "' is no length of time: write a whole number and a unit ("
            ~ seconds.keys() | join(', ') ~ "), such as '30 minutes'."
        ) -%}
    {%- endif -%}
    {{ return((words[0] | int) * seconds[unit] * 1000000) }}
{%- endmacro %}


{#- Condition that two relations are at the same partition. -#}
{% macro same_partition(left, right, columns) -%}
    {%- for column in columns -%}
        {{ left }}.{{ column }} = {{ right }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- Columns of one relation, as a list in SQL. -#}
{% macro qualified(relation, columns) -%}
    {%- for column in columns -%}
        {{ relation }}.{{ column }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- Stops with a plain message where a funnel cannot be what was meant. -#}
{% macro check_funnel(steps, mode) -%}
    {%- set faults = [] -%}
    {%- if mode not in ('closed', 'open') -%}
        {%- do faults.append("mode is closed or open, not '" ~ mode ~ "'") -%}
    {%- endif -%}
    {%- if not steps -%}
        {%- do faults.append('there is no step') -%}
    {%- endif -%}
    {#- DuckDB's planner takes twice as long for each further step; from the 18th on that is seconds. -#}
    {%- if steps | length > 15 -%}
        {%- do faults.append('it has more than 15 steps') -%}
    {%- endif -%}
    {%- set names = [] -%}
    {%- for step in steps -%}
        {%- set number = loop.index -%}
        {%- if not step.get('name') or not step.get('when') -%}
            {%- do faults.append('step ' ~ number ~ ' needs a name and a condition (when)') -%}
        {%- elif step['name'] in names -%}
            {%- do faults.append("two steps are called '" ~ step['name'] ~ "'") -%}
        {%- endif -%}
        {%- do names.append(step.get('name')) -%}
        {%- for setting in step if setting not in ('name', 'when', 'kind', 'within') -%}
            {%- do faults.append('step ' ~ number ~ " has an unknown setting '" ~ setting ~ "'") -%}
        {%- endfor -%}
        {%- if step.get('kind', 'eventual') not in ('eventual', 'direct') -%}
            {%- do faults.append(
                "kind of step '" ~ step.get('name') ~ "' is eventual or direct, not '" ~ step['kind'] ~ "'"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if steps and ('kind' in steps[0] or 'within' in steps[0]) -%}
        {%- do faults.append('no step comes before the first, so it takes neither kind nor within') -%}
    {%- endif -%}
    {%- if faults -%}
        {%- do exceptions.raise_compiler_error('This funnel cannot be: ' ~ faults | join('; ') ~ '.') -%}
    {%- endif -%}
{%- endmacro %}
