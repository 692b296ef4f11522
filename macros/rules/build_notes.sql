{#- dbt builds an incremental model whole if the stored rows were built by other rules than the
    project has now. Each build notes its rules (see rules_of_build) with the rows, so a build that
    failed, was killed or was started by hand leaves no wrong note. This macro replaces dbt's own. -#}
{% macro should_full_refresh() -%}
    {%- set asked = config.get('full_refresh') -%}
    {%- if asked is not none -%}
        {{ return(asked) }}
    {%- endif -%}
    {{ return(flags.FULL_REFRESH or (has_build_note() and planned_build().is_whole)) }}
{%- endmacro %}


{#- Runs at the start of each dbt command that builds. What all models share is hashed once: the macros
    and the variables, whether from dbt_project.yml or from the command line. What is only about one run
    is left out. `graph` is the memory of one dbt command. -#}
{% macro begin_build_notes() -%}
    {%- if execute and flags.WHICH in ('build', 'run', 'seed') -%}
        {%- set shared = [] -%}
        {%- for name, rule in viaggio.items() | sort(attribute='0') if not name.startswith('test_') -%}
            {%- do shared.append(rule.macro.macro_sql) -%}
        {%- endfor -%}
        {%- set variables = dict(adapter.config.vars.to_dict(), **adapter.config.cli_vars) -%}
        {%- for name in variables | sort if name not in ('start_day', 'end_day', 'sources_are_landed') -%}
            {%- do shared.append(name ~ tojson(variables[name], sort_keys=true)) -%}
        {%- endfor -%}
        {%- do shared.append(tojson(target.get('settings', {}), sort_keys=true)) -%}
        {%- do graph.update({
            'build_rules': local_md5(shared | join('\n')),
            'build_notes': stored_build_notes(),
            'builds': {},
        }) -%}
        {%- do drop_removed_models(graph.build_notes) -%}
    {%- endif -%}
    select 1
{%- endmacro %}


{#- Post-hook of every model and seed: keeps the note of what was built, if it is another than before. -#}
{% macro note_build() -%}
    {%- if has_build_note() -%}
        {%- set build = planned_build() -%}
        {%- if build.is_whole -%}
            {%- do graph.build_notes.update({model.unique_id: build.note}) -%}
            {{ return(store_build_note(build.note)) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#- Whether the node has a note. Logs, which a full refresh leaves alone, have none. -#}
{% macro has_build_note() -%}
    {{ return(
        execute
        and 'build_notes' in graph
        and model.resource_type in ('model', 'seed')
        and config.get('full_refresh') is none
    ) }}
{%- endmacro %}


{#- What this dbt command does with the node, decided once: `note` says by which rules it is built
    and which build it is; `is_whole` whether no stored row is kept. A whole build of an incremental
    model always counts as another one, since it may number rows differently. -#}
{% macro planned_build() -%}
    {%- if model.unique_id not in graph.builds -%}
        {%- set rules = rules_of_build() -%}
        {%- set stored = build_note_of(model.unique_id) -%}
        {%- set relation = adapter.get_relation(this.database, this.schema, this.identifier) -%}
        {%- set is_incremental_model = model.config.materialized == 'incremental' -%}
        {%- set is_whole = (
            relation is none
            or not stored.startswith(rules)
            or (flags.FULL_REFRESH and is_incremental_model)
        ) -%}
        {%- do graph.builds.update({model.unique_id: {
            'is_whole': is_whole,
            'note': (rules ~ ' ' ~ invocation_id if is_incremental_model else rules) if is_whole else stored,
        }}) -%}
    {%- endif -%}
    {{ return(graph.builds[model.unique_id]) }}
{%- endmacro %}


{#- A hash of all that decides the rows of the node: the macros and variables, its own SQL or file, its
    settings and types, the contract of the raw tables it reads, and the builds of models and seeds it
    reads as they are stored, whatever the project says of them by now. -#}
{% macro rules_of_build() -%}
    {%- set node = graph.nodes[model.unique_id] -%}
    {%- set rules = [graph.build_rules, node.checksum.checksum, tojson(node.config, sort_keys=true)] -%}
    {%- do rules.append(column_types(node)) -%}
    {%- for parent in node.depends_on.nodes | default([]) | sort -%}
        {%- if parent in graph.sources -%}
            {%- set source = graph.sources[parent] -%}
            {%- for name, value in source.config.meta.items() | sort if name != 'external_location' -%}
                {%- do rules.append(name ~ tojson(value, sort_keys=true)) -%}
            {%- endfor -%}
            {%- do rules.append(column_types(source)) -%}
        {%- else -%}
            {%- do rules.append(parent ~ build_note_of(parent)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(local_md5(rules | join('\n'))) }}
{%- endmacro %}


{#- The columns of a node or source, each with its type and what the contract says of it. -#}
{% macro column_types(node) -%}
    {%- set types = [] -%}
    {%- for column in node.columns.values() -%}
        {%- do types.append(column.name ~ ' ' ~ column.data_type ~ tojson(column.config.meta, sort_keys=true)) -%}
    {%- endfor -%}
    {{ return(types | join(', ')) }}
{%- endmacro %}
