{#- Event days an incremental run stages anew, as a list of ISO texts; none means all days.

    They are the days that received files since this model's own newest row (so a run that failed
    is made good by the next), each with `spill_days` neighbours on both sides, and the days from
    `start_day` to `end_day` where a backfill sets them. -#}
{% macro days_to_stage(source_name, table_name, spill_days=0) -%}
    {%- if execute and not is_incremental() -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set file_days = source('landing', 'file_day') -%}
    {%- if not execute -%}
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
            source_name = '{{ source_name }}'
            and table_name = '{{ table_name }}'
            and loaded_at > timestamp '{{ newest }}'
    {%- endset -%}

    {%- set one_day = modules.datetime.timedelta(days=1) -%}
    {%- set days = [] -%}
    {%- for day in run_query(received).columns[0].values() -%}
        {%- for offset in range(-spill_days, spill_days + 1) -%}
            {%- do days.append(day + offset * one_day) -%}
        {%- endfor -%}
    {%- endfor -%}

    {%- if var('start_day') and var('end_day') -%}
        {%- set first_day = modules.datetime.date.fromisoformat(var('start_day')) -%}
        {%- set last_day = modules.datetime.date.fromisoformat(var('end_day')) -%}
        {%- for offset in range((last_day - first_day).days + 1) -%}
            {%- do days.append(first_day + offset * one_day) -%}
        {%- endfor -%}
    {%- endif -%}

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
