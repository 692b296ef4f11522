{#- Condition that holds for rows of the event days that this run rebuilds (see by_day), and of
    `context_days` before and after each, which a model may have to read. -#}
{% macro in_rebuilt_days(context_days=0) -%}
    {{ is_day_in(rebuilt_days(), context_days) }}
{%- endmacro %}


{#- Event days that this run rebuilds of a model by day, as ISO texts, with the neighbours that the model
    declares; none stands for all. They are the days of the tables it follows that received files since its
    own newest row was loaded, and the days from `start_day` to `end_day` of a backfill. -#}
{% macro rebuilt_days() -%}
    {%- if not is_increment() -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set known = graph.setdefault('rebuilt_days', {}) -%}
    {%- if model.unique_id not in known -%}
        {%- do known.update({model.unique_id: find_rebuilt_days(model.config.meta)}) -%}
    {%- endif -%}
    {{ return(known[model.unique_id]) }}
{%- endmacro %}


{% macro find_rebuilt_days(declared) -%}
    {%- set newest = run_query('select max(_loaded_at) from ' ~ this).columns[0].values()[0] -%}
    {%- if newest is none -%}
        {{ return(none) }}
    {%- endif -%}

    {%- set received -%}
        select distinct event_day
        from {{ file_days() }}
        where
            loaded_at > timestamp '{{ newest }}'
            and source_name || '.' || table_name in ('{{ declared.follows | join("', '") }}')
    {%- endset -%}
    {%- set changed = run_query(received).columns[0].values() | list -%}

    {%- set one_day = modules.datetime.timedelta(days=1) -%}
    {%- if var('start_day') and var('end_day') -%}
        {%- set first_day = modules.datetime.date.fromisoformat(var('start_day')) -%}
        {%- set last_day = modules.datetime.date.fromisoformat(var('end_day')) -%}
        {%- for offset in range((last_day - first_day).days + 1) -%}
            {%- do changed.append(first_day + offset * one_day) -%}
        {%- endfor -%}
    {%- endif -%}

    {%- set days = [] -%}
    {%- for day in changed -%}
        {%- for offset in range(-declared.days_before, declared.days_after + 1) -%}
            {%- do days.append(day + offset * one_day) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(days | map('string') | unique | sort | list) }}
{%- endmacro %}


{#- Relation that says which days received files and when: the ledger's own for staging, which may not read
    other staging models. -#}
{% macro file_days() -%}
    {{ return(
        source('landing', 'file_day') if model.name.startswith('stg_')
        else ref('stg_landing__file_days')
    ) }}
{%- endmacro %}


{#- Condition that holds for rows of the given event days (none stands for all), and of `context_days`
    before and after each. The dates are literals, so that other days' files are not even opened. -#}
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


{#- Whether this run only adds to the stored table or replaces parts of it. A unit test of a whole build has
    no stored table, and docs show how a model is built whole. -#}
{% macro is_increment() -%}
    {{ return(
        execute and this is not none and flags.WHICH != 'generate' and is_incremental()
    ) }}
{%- endmacro %}
