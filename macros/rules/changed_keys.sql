{#- Condition that holds for rows of the keys that this run rebuilds (see by_key); for all rows where the
    model is built whole. -#}
{% macro in_changed_keys() -%}
    {%- if is_increment() -%}
        {%- set key = declared_changes().key -%}
        {{ key }} in (select changed.{{ key }} from {{ changed_keys() }} as changed)
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}


{#- The keys that this run rebuilds: a scratch table, filled once per run; the query itself where no model
    is run, as in unit tests. -#}
{% macro changed_keys() -%}
    {%- if flags.WHICH not in ('run', 'build') or model.resource_type != 'model' -%}
        {{ return('(' ~ find_changed_keys(declared_changes()) ~ ')') }}
    {%- endif -%}
    {%- set known = graph.setdefault('changed_keys', {}) -%}
    {%- if model.unique_id not in known -%}
        {%- set table = scratch_table('changed_' ~ this.identifier) -%}
        {%- do create_scratch_table(table, find_changed_keys(declared_changes())) -%}
        {%- do known.update({model.unique_id: table}) -%}
    {%- endif -%}
    {{ return(known[model.unique_id]) }}
{%- endmacro %}


{#- Query of the keys that are new, have another fingerprint than the stored one, or are gone; with a group
    key, of all keys of their stored groups too. -#}
{% macro find_changed_keys(declared) -%}
    {%- set changed -%}
        select
            coalesce(present.{{ declared.key }}, stored.{{ declared.key }}) as {{ declared.key }}
        from {{ ref(declared.follows) }} as present
        full outer join (
            select
                {{ declared.key }},
                {{ declared.fingerprint }}
            from {{ this }}
            where {{ declared.one_of_each }}
        ) as stored
            on present.{{ declared.key }} = stored.{{ declared.key }}
        where present.{{ declared.fingerprint }} is distinct from stored.{{ declared.fingerprint }}
    {%- endset -%}
    {%- if not declared.group_key -%}
        {{ return(changed) }}
    {%- endif -%}

    with

    changed as (

        {{ changed }}

    )

    select {{ declared.key }}
    from changed
    union
    select members.{{ declared.key }}
    from {{ this }} as members
    where
        members.{{ declared.group_key }} in (
            select stored.{{ declared.group_key }}
            from {{ this }} as stored
            inner join changed
                on stored.{{ declared.key }} = changed.{{ declared.key }}
        )
{%- endmacro %}


{#- What the model declares by by_key, as kept when its config was rendered: a unit test cannot read the
    config of the model it tests. -#}
{% macro declared_changes() -%}
    {{ return(graph.declared_changes[model.unique_id]) }}
{%- endmacro %}
