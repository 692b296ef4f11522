{#- Connected components of an undirected graph. `edges` is a query giving `identifier_id` and
    `other_identifier_id`; `work` begins the names of the scratch tables. Returns the name of one
    that holds `identifier_id` and `cluster_id`, the least member of its component, for each end of
    an edge. Ends with an error where `most_rounds` are not enough.

    Edge contraction: in each round every vertex points at the neighbour (or itself) with the least
    hash, edges are moved to where their ends point, loops and doubles fall away. Each round has its
    own seed, so that no numbering of the vertices is a bad one. Each round leaves about half
    of a graph (a chain of a thousand takes a dozen); at the end the pointers are followed. The hash
    decides how many rounds it takes, never the result, so each engine uses its own. -#}
{% macro connected_components(edges, work, most_rounds=60) -%}
    {%- if not execute or flags.WHICH not in ('run', 'build', 'show') -%}
        {#- What is only compiled names what the components are made of, for the lineage. -#}
        {{ return(
            '(select identifier_id, min(other_identifier_id) as cluster_id from (' ~ edges
            ~ ') as edges group by identifier_id)'
        ) }}
    {%- endif -%}
    {%- set state = namespace(edges=scratch_table(work ~ '_edges_0'), is_done=false) -%}
    {%- set pointers = [] -%}
    {%- do create_scratch_table(state.edges, distinct_edges(edges)) -%}

    {%- for number in range(1, most_rounds + 1) if not state.is_done -%}
        {%- if not has_rows(state.edges) -%}
            {%- set state.is_done = true -%}
        {%- else -%}
            {%- set round_pointers = scratch_table(work ~ '_pointers_' ~ number) -%}
            {%- set moved = scratch_table(work ~ '_edges_' ~ number) -%}
            {%- do create_scratch_table(round_pointers, least_neighbours(state.edges, number)) -%}
            {%- do create_scratch_table(moved, distinct_edges(moved_edges(state.edges, round_pointers))) -%}
            {%- do drop_scratch_table(state.edges) -%}
            {%- set state.edges = moved -%}
            {%- do pointers.append(round_pointers) -%}
        {%- endif -%}
    {%- endfor -%}

    {%- if not state.is_done and has_rows(state.edges) -%}
        {%- do exceptions.raise_compiler_error(
            'Connected components (' ~ work ~ ') have not converged in ' ~ most_rounds ~ ' rounds: '
            ~ run_query('select count(*) from ' ~ state.edges).columns[0].values()[0]
            ~ ' edges are left. A round that leaves as many edges as it found is a fault of '
            ~ 'cheap_hash; a graph that only needs more rounds wants a higher most_rounds.'
        ) -%}
    {%- endif -%}

    {%- set components = scratch_table(work ~ '_components') -%}
    {%- do create_scratch_table(components, followed_pointers(pointers)) -%}
    {%- for table in pointers + [state.edges] -%}
        {%- do drop_scratch_table(table) -%}
    {%- endfor -%}
    {{ return(components) }}
{%- endmacro %}


{#- Query of edges without loops and doubles, the lesser end first. -#}
{% macro distinct_edges(edges) -%}
    select distinct
        least(identifier_id, other_identifier_id) as identifier_id,
        greatest(identifier_id, other_identifier_id) as other_identifier_id
    from ({{ edges }}) as edges
    where identifier_id <> other_identifier_id
{%- endmacro %}


{#- Query that points each vertex at its neighbour, or itself, with the least hash. -#}
{% macro least_neighbours(edges, seed) -%}
    select
        identifier_id,
        case
            when min(neighbour_hash) < min(own_hash) then min_by(neighbour_id, neighbour_hash)
            else identifier_id
        end as pointer_id
    from (
        select
            identifier_id,
            other_identifier_id as neighbour_id,
            {{ cheap_hash('identifier_id', seed) }} as own_hash,
            {{ cheap_hash('other_identifier_id', seed) }} as neighbour_hash
        from {{ edges }}
        union all
        select
            other_identifier_id as identifier_id,
            identifier_id as neighbour_id,
            {{ cheap_hash('other_identifier_id', seed) }} as own_hash,
            {{ cheap_hash('identifier_id', seed) }} as neighbour_hash
        from {{ edges }}
    ) as sides
    group by identifier_id
{%- endmacro %}


{#- Query of edges between what their ends point at. -#}
{% macro moved_edges(edges, pointers) -%}
    select
        pointers.pointer_id as identifier_id,
        other_pointers.pointer_id as other_identifier_id
    from {{ edges }} as edges
    inner join {{ pointers }} as pointers
        on edges.identifier_id = pointers.identifier_id
    inner join {{ pointers }} as other_pointers
        on edges.other_identifier_id = other_pointers.identifier_id
{%- endmacro %}


{#- Query that follows the pointers of all rounds, in the order of the rounds, and names each
    component after its least member. -#}
{% macro followed_pointers(pointers) -%}
    {%- if not pointers -%}
        select
            cast(null as string) as identifier_id,
            cast(null as string) as cluster_id
        where false
    {%- else -%}
        select
            identifier_id,
            min(identifier_id) over (partition by last_pointer_id) as cluster_id
        from (
            select
                round_1.identifier_id,
                coalesce(
                {%- for number in range(pointers | length, 0, -1) %}
                    round_{{ number }}.pointer_id{{ ',' if not loop.last }}
                {%- endfor %},
                    round_1.identifier_id
                ) as last_pointer_id
            from {{ pointers[0] }} as round_1
            {%- for number in range(2, pointers | length + 1) %}
            left join {{ pointers[number - 1] }} as round_{{ number }}
                on round_{{ number - 1 }}.pointer_id = round_{{ number }}.identifier_id
            {%- endfor %}
        ) as followed
    {%- endif -%}
{%- endmacro %}


{#- A 64-bit hash of a text, another one for each seed; only for choices that do not show in a
    result, since each engine has its own. -#}
{% macro cheap_hash(text, seed) -%}
    {{ return(adapter.dispatch('cheap_hash', 'viaggio')(text, seed)) }}
{%- endmacro %}

{% macro duckdb__cheap_hash(text, seed) -%}
    hash({{ text }}, {{ seed }})
{%- endmacro %}

{% macro spark__cheap_hash(text, seed) -%}
    xxhash64({{ text }}, {{ seed }})
{%- endmacro %}


{#- The integer that hexadecimal digits stand for. -#}
{% macro hex_to_integer(digits) -%}
    {{ return(adapter.dispatch('hex_to_integer', 'viaggio')(digits)) }}
{%- endmacro %}

{% macro duckdb__hex_to_integer(digits) -%}
    cast('0x' || {{ digits }} as bigint)
{%- endmacro %}

{% macro spark__hex_to_integer(digits) -%}
    cast(conv({{ digits }}, 16, 10) as bigint)
{%- endmacro %}
