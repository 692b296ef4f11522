{#- A path, a list of channels, as a chain of steps tells it; each step works on what the one before
    left. Steps, written as in the variable `path_transforms`:

        unique                        leaves the path as it is
        exposure                      drops repeats that stand side by side
        first                         keeps each channel where it appears first
        frequency                     each channel once with its number: Direct(2); the last step
        drop_unless_all(x)            drops channel x, unless the path is nothing else
        drop_trailing_unless_all(x)   drops x at the end of the path, unless it is nothing else

    Any other step ends with an error. -#}
{% macro path_transformed(path, steps) -%}
    {%- set state = namespace(path=path, is_counted=false) -%}
    {%- for step in steps -%}
        {%- if state.is_counted -%}
            {%- do exceptions.raise_compiler_error(
                'path_transforms: frequency must be the last step, not one before ' ~ step ~ '.'
            ) -%}
        {%- endif -%}
        {%- set name = step.split('(')[0] | trim -%}
        {%- set channel = path_step_channel(step) -%}
        {%- if name in ('unique', 'exposure', 'first', 'frequency') and channel is not none -%}
            {%- do exceptions.raise_compiler_error(
                'path_transforms: the step ' ~ name ~ ' takes no channel: ' ~ step ~ '.'
            ) -%}
        {%- elif name == 'unique' -%}
        {%- elif name == 'exposure' -%}
            {%- set state.path = list_without_repeats(state.path) -%}
        {%- elif name == 'first' -%}
            {%- set state.path = list_firsts(state.path) -%}
        {%- elif name == 'frequency' -%}
            {%- set state.path = list_counted(state.path) -%}
            {%- set state.is_counted = true -%}
        {%- elif name == 'drop_unless_all' and channel is not none -%}
            {%- set state.path = path_without(state.path, channel) -%}
        {%- elif name == 'drop_trailing_unless_all' and channel is not none -%}
            {%- set state.path = path_without_trailing(state.path, channel) -%}
        {%- else -%}
            {%- do exceptions.raise_compiler_error(
                'path_transforms: no such step: ' ~ step ~ '. There are unique, exposure, first, '
                ~ 'frequency, drop_unless_all(channel) and drop_trailing_unless_all(channel).'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(state.path) }}
{%- endmacro %}


{#- The channel a step names in brackets, as an SQL text; none where it names none. -#}
{% macro path_step_channel(step) -%}
    {%- if '(' not in step -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set channel = step.split('(', 1)[1] | trim -%}
    {%- set channel = channel[:-1] | trim if channel.endswith(')') else '' -%}
    {%- if channel == '' -%}
        {%- do exceptions.raise_compiler_error(
            'path_transforms: a channel in brackets is expected: ' ~ step ~ '.'
        ) -%}
    {%- endif -%}
    {{ return("'" ~ channel | replace("'", "''") ~ "'") }}
{%- endmacro %}


{#- A path without a channel, unless it is nothing else. -#}
{% macro path_without(path, channel) -%}
    (
        case
            when {{ list_last_other(path, channel) }} = 0 then {{ path }}
            else {{ list_filter(path, 'element <> ' ~ channel) }}
        end
    )
{%- endmacro %}


{#- A path without a channel at its end, unless it is nothing else. -#}
{% macro path_without_trailing(path, channel) -%}
    (
        case
            when {{ list_last_other(path, channel) }} = 0 then {{ path }}
            else {{ list_head(path, list_last_other(path, channel)) }}
        end
    )
{%- endmacro %}


{#- An amount of money for each of so many, rounded half up to cents; null where there are none.
    Counted in whole cents, so that a half cent is one on every engine. -#}
{% macro amount_per(amount, number) -%}
    cast(
        cast(floor(
            cast(2 * cast({{ amount }} * 100 as bigint) + {{ number }} as double)
            / nullif(cast(2 * {{ number }} as double), 0)
        ) as bigint) * cast(0.01 as decimal(3, 2))
        as decimal(18, 2)
    )
{%- endmacro %}


{#- The text of a path; `(none)` for one without any entry. -#}
{% macro path_text(path) -%}
    coalesce(nullif({{ list_text(path, ' > ') }}, ''), '(none)')
{%- endmacro %}


{#- Aggregate: entropy in bits of counted cases. `part` is how often a case occurs, `whole` how often
    any case of its group does, `all_wholes` how often any case of any group does: the mean entropy of
    the groups, weighed by their size (of one group, where left out). Round what it gives: the
    order of such a sum is not fixed. -#}
{% macro entropy_bits(part, whole, all_wholes=none) -%}
    sum(
        cast({{ part }} as double)
        / {{ all_wholes or whole }}
        * log2(cast({{ whole }} as double) / {{ part }})
    )
{%- endmacro %}
