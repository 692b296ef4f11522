{{ config(materialized='view') }}

with

transitions as (

    select * from {{ ref('int_markov_transitions__counted') }}

),

markov_transitions as (

    select
        {{ surrogate_key(['from_state', 'to_state']) }} as markov_transition_id,

        from_state,
        to_state,
        from_number,
        to_number,

        cast(transitions as bigint) as transitions,
        cast(value as decimal(18, 2)) as value,
        probability,
        mean_value
    from transitions

)

select * from markov_transitions
