{#- Rows that a query gives, and all that a step makes of them, and of these, until it makes none.
    `first` is a query; `step` a query that reads the rows of the step before by the name `name`.
    Both may read only relations that are built, since Spark, whose recursive queries cannot
    aggregate, runs the steps one by one into scratch tables. Returns a query in brackets. -#}
{% macro iterated(name, first, step, most_steps=20000) -%}
    {{ return(adapter.dispatch('iterated', 'viaggio')(name, first, step, most_steps)) }}
{%- endmacro %}

{% macro duckdb__iterated(name, first, step, most_steps) -%}
    (
        with recursive {{ name }} as (
            {{ first }}
            union all
            {{ step }}
        )
        select * from {{ name }}
    )
{%- endmacro %}

{% macro spark__iterated(name, first, step, most_steps) -%}
    {%- if not execute or flags.WHICH not in ('run', 'build') -%}
        {{ return('(' ~ first ~ ')') }}
    {%- endif -%}
    {%- set state = namespace(rows=scratch_table(name ~ '_0'), is_done=false) -%}
    {%- set all_rows = scratch_table(name ~ '_all') -%}
    {%- do create_scratch_table(state.rows, first) -%}
    {%- do create_scratch_table(all_rows, 'select * from ' ~ state.rows) -%}
    {%- for number in range(1, most_steps + 1) if not state.is_done -%}
        {%- set made = scratch_table(name ~ '_' ~ number) -%}
        {%- do create_scratch_table(
            made, 'with ' ~ name ~ ' as (select * from ' ~ state.rows ~ ') ' ~ step
        ) -%}
        {%- do drop_scratch_table(state.rows) -%}
        {%- set state.rows = made -%}
        {%- if has_rows(made) -%}
            {%- do run_query('insert into ' ~ all_rows ~ ' select * from ' ~ made) -%}
        {%- else -%}
            {%- set state.is_done = true -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do drop_scratch_table(state.rows) -%}
    {%- if not state.is_done -%}
        {%- do exceptions.raise_compiler_error(
            name ~ ' has not come to an end in ' ~ most_steps ~ ' steps.'
        ) -%}
    {%- endif -%}
    (select * from {{ all_rows }})
{%- endmacro %}
