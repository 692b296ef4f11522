{#- Query of all channel models of a path table, by the macros that the marts are made with. `paths` names
    a path table (see path_steps), `markov_effects` what markov_effects makes of it; `direct` is the
    channel that counts as Direct.
    Gives model, channel, effect and effect_on_value (removal effects, or the Shapley value),
    credit_conversions and credit_value. Not time_decay, which needs times. -#}
{% macro models_of_paths(paths, markov_effects, direct='Direct') -%}
    with

    shapley_values as (

        {{ shapley_values(paths) }}

    ),

    effects as (

        select
            'markov' as model,
            channel,
            removal_effect as effect,
            removal_effect_value as effect_on_value
        from {{ markov_effects }}
        union all
        select
            'shapley' as model,
            channel,
            shapley_value as effect,
            shapley_value as effect_on_value
        from shapley_values

    ),

    totals as (

        select
            cast(sum(conversions) as double) as conversions,
            cast(sum(value) as double) as value
        from {{ paths }}

    ),

    -- Where nothing was worth anything, every channel's part of it is 0, whatever its effect.
    credits as (

        select
            model,
            channel,
            cast(null as double) as effect,
            cast(null as double) as effect_on_value,
            credit_conversions,
            credit_value
        from ({{ rule_credits(paths, direct) }}) as rule_credits
        union all
        select
            effects.model,
            effects.channel,
            effects.effect,
            effects.effect_on_value,
            totals.conversions * effects.effect
            / nullif(sum(effects.effect) over (partition by effects.model), 0)
                as credit_conversions,
            case
                when totals.value = 0 then 0
                else
                    totals.value * effects.effect_on_value
                    / nullif(sum(effects.effect_on_value) over (partition by effects.model), 0)
            end as credit_value
        from effects
        cross join totals

    )

    select
        model,
        channel,
        round(effect, 10) as effect,
        round(effect_on_value, 10) as effect_on_value,
        round(credit_conversions, 9) as credit_conversions,
        round(credit_value, 9) as credit_value
    from credits
{%- endmacro %}
