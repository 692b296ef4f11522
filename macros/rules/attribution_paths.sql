{#- Query of the steps of a path table. `paths` names a relation with the columns path (channels in
    their order, ` > ` between them), conversions, nulls (times it ended without one) and value (what
    its conversions were worth). What neither converted nor ended is left out.
    Gives path_number, conversions, nulls, value, position, path_length and channel. -#}
{% macro path_steps(paths) -%}
    select
        path_number,
        conversions,
        nulls,
        value,
        position,
        {{ list_length('channels') }} as path_length,
        {{ list_element('channels', 'position') }} as channel
    from (
        select
            *,
            {{ unnest_positions('channels') }} as position
        from (
            select
                {{ split_text('path', ' > ') }} as channels,
                row_number() over (order by path) as path_number,
                sum(conversions) as conversions,
                sum(nulls) as nulls,
                sum(value) as value
            from {{ paths }}
            where path is not null
            group by path
            having sum(conversions) > 0 or sum(nulls) > 0
        ) as distinct_paths
    ) as positions
{%- endmacro %}


{#- Weight of an entry of a path by a rule that looks at places only: first, last, last_non_direct,
    linear or position; null for any other `model`. All arguments are SQL; weights are integers, and
    an entry's share is its weight over their sum. -#}
{% macro place_weight(model, position, path_length, last_non_direct_position) -%}
    case {{ model }}
        when 'first' then case when {{ position }} = 1 then 1 else 0 end
        when 'last' then case when {{ position }} = {{ path_length }} then 1 else 0 end
        when 'last_non_direct'
            then
                case
                    when {{ position }} = coalesce({{ last_non_direct_position }}, {{ path_length }})
                        then 1
                    else 0
                end
        when 'linear' then 1
        -- The ends 40 % each, and 20 % among the n - 2 between: 2 (n - 2), and 1 each.
        when 'position'
            then
                case
                    when {{ path_length }} > 2 and {{ position }} in (1, {{ path_length }})
                        then 2 * ({{ path_length }} - 2)
                    else 1
                end
    end
{%- endmacro %}


{#- Query of what the channels of a model of all paths get of all conversions: each in proportion to its
    effect, in a column each for conversions and cents of value. `effects` names a relation with
    channel, effect and effect_on_value, `paths` a path table (see path_steps). Cents are rounded along
    the running sum of the channels in alphabetical order, so that they add up to the total.
    Gives channel, credit_conversions and credit_cents; null where all effects are 0. -#}
{% macro channel_credits(effects, paths) -%}
    with

    totals as (

        select
            cast(sum(conversions) as double) as conversions,
            cast(sum(value) as double) as value
        from {{ paths }}
        where path is not null

    ),

    shares as (

        select
            channel,
            effect / nullif(sum(effect) over (), 0) as share,
            sum(effect_on_value) over (
                order by channel
                rows between unbounded preceding and current row
            ) / nullif(sum(effect_on_value) over (), 0) as running_share_of_value
        from {{ effects }}

    ),

    running as (

        select
            shares.channel,
            totals.conversions * shares.share as credit_conversions,
            floor(100 * totals.value * shares.running_share_of_value + 0.5) as running_cents
        from shares
        cross join totals

    )

    select
        channel,
        credit_conversions,
        cast(
            running_cents - coalesce(lag(running_cents) over (order by channel), 0) as bigint
        ) as credit_cents
    from running
{%- endmacro %}


{#- Whole cents as an amount. -#}
{% macro cents_to_amount(cents) -%}
    cast(cast({{ cents }} as decimal(18, 2)) * 0.01 as decimal(18, 2))
{%- endmacro %}


{#- Query of what channels get by the rules that look at places in a path. `paths` names a path table
    (see path_steps), `direct` the channel that counts as Direct. Gives model, channel,
    credit_conversions and credit_value. -#}
{% macro rule_credits(paths, direct='Direct') -%}
    with

    path_steps as (

        select
            *,
            max(case when channel <> '{{ direct }}' then position end) over (partition by path_number)
                as last_non_direct_position
        from ({{ path_steps(paths) }}) as path_steps

    ),

    models as (

        select model
        from (
            {%- for model in ['first', 'last', 'last_non_direct', 'linear', 'position'] %}
            select '{{ model }}' as model
            {{- ' union all' if not loop.last }}
            {%- endfor %}
        ) as names

    ),

    weighed as (

        select
            path_steps.*,
            models.model,
            {{
                place_weight(
                    'models.model',
                    'path_steps.position',
                    'path_steps.path_length',
                    'path_steps.last_non_direct_position'
                )
            }} as weight
        from path_steps
        cross join models

    ),

    shares as (

        select
            *,
            cast(weight as double)
            / cast(sum(weight) over (partition by model, path_number) as double) as share
        from weighed

    )

    select
        model,
        channel,
        sum(share * conversions) as credit_conversions,
        sum(share * value) as credit_value
    from shares
    group by model, channel
{%- endmacro %}
