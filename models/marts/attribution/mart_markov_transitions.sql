with

paths as (

    select
        path,
        conversions,
        nulls,
        revenue as value
    from {{ ref('mart_attribution_paths') }}

),

transitions as (

    {{ markov_transitions('paths') }}

),

markov_transitions as (

    select
        {{ surrogate_key(['from_state', 'to_state']) }} as markov_transition_id,

        from_state,
        to_state,
        cast(from_number as bigint) as from_number,
        cast(to_number as bigint) as to_number,

        cast(transitions as bigint) as transitions,
        cast(value as decimal(18, 2)) as value,
        probability,
        mean_value
    from transitions

)

select * from markov_transitions
