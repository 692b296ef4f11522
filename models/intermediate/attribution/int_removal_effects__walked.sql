{{ config(
    enabled=var('markov_order') | int > 1 or target.name == 'lint',
    materialized=view_or_table()
) }}
{#- Removal effects of a chain of order 2 or 3, which has too many states to square a matrix of.
    Walks are followed step by step, once for each channel, and end where a state holds it. What
    still arrives at the conversion is what remains without the channel. How much arrives with
    all channels needs no walk: the chain is made of the paths, so it converts as often as they
    do.

    Walks to one state are given up together when their probability is below 1e-20: they could
    have brought no more than that. -#}

{%- set members %}
    select distinct
        to_number as number,
        {{ unnest_list(split_text('to_state', ' > ')) }} as channel
    from {{ ref('int_markov_transitions__counted') }}
    where to_number is not null
{% endset -%}
{%- set start %}
    select
        channels.channel as removed_channel,
        start.number,
        cast(1 as double) as weight
    from (select distinct channel from ({{ members }}) as members) as channels
    cross join (
        select distinct from_number as number
        from {{ ref('int_markov_transitions__counted') }}
        where from_state = '(start)'
    ) as start
{% endset -%}
{%- set step %}
    select
        walks.removed_channel,
        transitions.to_number as number,
        sum(walks.weight * transitions.probability) as weight
    from walks
    inner join {{ ref('int_markov_transitions__counted') }} as transitions
        on walks.number = transitions.from_number
    left join ({{ members }}) as members
        on
            transitions.to_number = members.number
            and walks.removed_channel = members.channel
    where
        transitions.to_number is not null
        and members.number is null
    group by walks.removed_channel, transitions.to_number
    having sum(walks.weight * transitions.probability) > 1e-20
{% endset -%}

with

transitions as (

    select * from {{ ref('int_markov_transitions__counted') }}

),

walks as (

    select
        removed_channel,
        number,
        sum(weight) as weight
    from {{ iterated('walks', start, step) }} as all_walks
    group by removed_channel, number

),

ends as (

    select
        from_number as number,
        probability,
        probability * mean_value as value
    from transitions
    where to_state = '(conversion)'

),

totals as (

    select
        cast(sum(case when to_state = '(conversion)' then transitions else 0 end) as double)
        / cast(sum(case when from_state = '(start)' then transitions else 0 end) as double)
            as probability,
        cast(sum(value) as double)
        / cast(sum(case when from_state = '(start)' then transitions else 0 end) as double)
            as value
    from transitions

),

remaining as (

    select
        walks.removed_channel as channel,
        coalesce(sum(walks.weight * ends.probability), 0) as probability,
        coalesce(sum(walks.weight * ends.value), 0) as value
    from walks
    left join ends
        on walks.number = ends.number
    group by walks.removed_channel

),

removal_effects as (

    select
        remaining.channel,

        1 - remaining.probability / nullif(totals.probability, 0) as removal_effect,
        1 - remaining.value / nullif(totals.value, 0) as removal_effect_revenue
    from remaining
    cross join totals

)

select * from removal_effects
