{#- Event days an incremental run of a staging model stages anew, as a list of ISO texts; none means
    all days. See changed_days; `spill_days` neighbours on both sides are staged with each. -#}
{% macro days_to_stage(source_name, table_name, spill_days=0) -%}
    {{ return(changed_days(
        source('landing', 'file_day'), [(source_name, table_name)], spill_days, spill_days
    )) }}
{%- endmacro %}


{#- The same for a model above staging: `tables` are the raw tables, as (source, table), whose days
    its rows follow; a day's change also reaches `days_before` days before it and `days_after` after. -#}
{% macro days_to_rebuild(tables, days_before=0, days_after=0) -%}
    {{ return(changed_days(ref('stg_landing__file_days'), tables, days_before, days_after)) }}
{%- endmacro %}


{#- Days that received files since this model's own newest row (so a run that failed is made good by
    the next), and the days from `start_day` to `end_day` where a backfill sets them, each with its
    neighbours; none for a model that is built whole. -#}
{% macro changed_days(file_days, tables, days_before, days_after) -%}
    {%- if not execute or not is_incremental() -%}
        {{ return(none) }}
    {%- endif -%}

    {%- set newest = run_query('select max(_loaded_at) from ' ~ this).columns[0].values()[0] -%}
    {%- if newest is none -%}
        {{ return(none) }}
    {%- endif -%}

    {%- set received -%}
        select distinct event_day
        from {{ file_days }}
        where
            loaded_at > timestamp '{{ newest }}'
            and (
            {%- for source_name, table_name in tables %}
                (source_name = '{{ source_name }}' and table_name = '{{ table_name }}')
                {{- ' or' if not loop.last }}
            {%- endfor %}
            )
    {%- endset -%}

    {%- set one_day = modules.datetime.timedelta(days=1) -%}
    {%- set changed = run_query(received).columns[0].values() | list -%}
    {%- if var('start_day') and var('end_day') -%}
        {%- set first_day = modules.datetime.date.fromisoformat(var('start_day')) -%}
        {%- set last_day = modules.datetime.date.fromisoformat(var('end_day')) -%}
        {%- for offset in range((last_day - first_day).days + 1) -%}
            {%- do changed.append(first_day + offset * one_day) -%}
        {%- endfor -%}
    {%- endif -%}

    {%- set days = [] -%}
    {%- for day in changed -%}
        {%- for offset in range(-days_before, days_after + 1) -%}
            {%- do days.append(day + offset * one_day) -%}
        {%- endfor -%}
    {%- endfor -%}

    {{ return(days | map('string') | unique | sort | list) }}
{%- endmacro %}


{#- Condition that holds for rows of the given event days, and of `context_days` before and after
    each; written as literal dates, so that other days' files are not even opened. -#}
{% macro is_day_in(days, context_days=0) -%}
    {%- if days is none -%}
        true
    {%- elif not days -%}
        false
    {%- else -%}
        {%- set dates = [] -%}
        {%- for day in days -%}
            {%- for offset in range(-context_days, context_days + 1) -%}
                {%- do dates.append(
                    modules.datetime.date.fromisoformat(day) + modules.datetime.timedelta(days=offset)
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
        event_day in (
        {%- for date in dates | unique | sort -%}
            date '{{ date }}'{{ ', ' if not loop.last }}
        {%- endfor -%}
        )
    {%- endif -%}
{%- endmacro %}
