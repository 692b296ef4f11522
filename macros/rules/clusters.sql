{#- Connected components of the parts of a graph that changed since the model `relation` was built:
    names of the tables of work `components` (identifier_id, cluster_id) and `neighbourhoods`
    (identifier_id, neighbours, neighbours_sum), to select from. All of the graph where the model is
    built whole. Outside a run nothing is asked of the warehouse.

    A vertex changed when its neighbours did: their number, or the sum of the first 44 bits of their
    keys, is another. An edge that came or went changed both its ends, so whatever the change joins or
    splits lies in the old clusters of changed vertices and in new vertices; these are clustered anew. -#}
{% macro cluster_changed(edges, relation, work) -%}
    {%- if not execute or flags.WHICH not in ('run', 'build') -%}
        {{ return({
            'components': '(select null as identifier_id, null as cluster_id where false)',
            'neighbourhoods': '(select null as identifier_id, null as neighbours,'
                ~ ' null as neighbours_sum where false)',
        }) }}
    {%- endif -%}

    {%- set all_edges = scratch_table(work ~ '_all_edges') -%}
    {%- set neighbourhoods = scratch_table(work ~ '_neighbourhoods') -%}
    {%- do create_work_table(all_edges, distinct_edges(edges)) -%}
    {%- do create_work_table(neighbourhoods, neighbourhoods_of(all_edges)) -%}

    {%- if is_incremental() -%}
        {%- set affected = stale_keys(affected_vertices(relation, neighbourhoods)) -%}
        {%- set asked = 'select * from ' ~ all_edges
            ~ ' where identifier_id in (select identifier_id from ' ~ affected ~ ')' -%}
    {%- else -%}
        {%- set asked = 'select * from ' ~ all_edges -%}
    {%- endif -%}

    {%- set components = connected_components(asked, work) -%}
    {%- do drop_work_table(all_edges) -%}
    {{ return({'components': components, 'neighbourhoods': neighbourhoods}) }}
{%- endmacro %}


{#- Query of each vertex's number of neighbours and a sum over their keys. -#}
{% macro neighbourhoods_of(edges) -%}
    select
        identifier_id,
        count(*) as neighbours,
        cast(sum({{ hex_to_integer('substr(neighbour_id, 1, 11)') }}) as bigint) as neighbours_sum
    from (
        select
            identifier_id,
            other_identifier_id as neighbour_id
        from {{ edges }}
        union all
        select
            other_identifier_id as identifier_id,
            identifier_id as neighbour_id
        from {{ edges }}
    ) as sides
    group by identifier_id
{%- endmacro %}


{#- Query of the vertices to cluster anew: new ones, and all of a cluster that has a changed one. -#}
{% macro affected_vertices(relation, neighbourhoods) -%}
    select stored.identifier_id
    from {{ relation }} as stored
    where
        stored.cluster_id in (
            select stored.cluster_id
            from {{ relation }} as stored
            left join {{ neighbourhoods }} as neighbourhoods
                on
                    stored.identifier_id = neighbourhoods.identifier_id
                    and stored.neighbours = neighbourhoods.neighbours
                    and stored.neighbours_sum = neighbourhoods.neighbours_sum
            where neighbourhoods.identifier_id is null
        )
    union all
    select neighbourhoods.identifier_id
    from {{ neighbourhoods }} as neighbourhoods
    left join {{ relation }} as stored
        on neighbourhoods.identifier_id = stored.identifier_id
    where stored.identifier_id is null
{%- endmacro %}


{#- Drop the tables of work that cluster_changed left for the model to read. -#}
{% macro drop_clustered(work) -%}
    {%- if execute -%}
        {%- for name in ('_components', '_neighbourhoods') -%}
            {%- do drop_work_table(scratch_table(work ~ name)) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
