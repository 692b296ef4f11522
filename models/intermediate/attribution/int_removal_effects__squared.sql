{{ config(
    enabled=var('markov_order') | int == 1,
    materialized=view_or_table()
) }}
{#- Removal effects of a chain of order 1, by linear algebra.

    With Q the probabilities of steps between states, N = 1 + Q + Q^2 + ... says how often a
    walk from one state visits another. A walk from the start meets channel x with the
    probability N(start, x) / N(x, x), and from there converts as h(x) = sum of N(x, j) r(j)
    says, r(j) being the probability of a conversion right after state j. The conversions of
    walks that meet x, and no others, are lost without x. So one matrix gives the effects of all
    channels, and no difference of nearly equal numbers is taken.

    N comes from squaring the matrix ((Q, 1), (0, 1)): its 2^k-th power holds Q^(2^k) and the
    first 2^k terms of N. What is left out, Q^(2^k) N, is at most q / (1 - q) of N, q being the
    largest row sum of Q^(2^k). Entries below 1e-30 are dropped, and squaring ends when none of
    Q^(2^k) is left: q is then below 1e-30 times the number of states. Seven to ten squarings
    do; if 60 do not, the query ends with an error.

    `viaggio attribute` fills this table by inverting 1 - Q instead: with hundreds of channels,
    squaring takes minutes. -#}

{#- The column -i counts visits of state i. -#}
{%- set matrix %}
    select
        from_number as row_number,
        to_number as column_number,
        probability as weight,
        0 as squarings
    from {{ ref('int_markov_transitions__counted') }}
    where to_number is not null
    union all
    select
        signs.sign * states.number as row_number,
        -states.number as column_number,
        cast(1 as double) as weight,
        0 as squarings
    from (
        select distinct from_number as number
        from {{ ref('int_markov_transitions__counted') }}
    ) as states
    cross join (
        select 1 as sign
        union all
        select -1 as sign
    ) as signs
{% endset -%}
{%- set squared %}
    select
        matrix.row_number,
        times.column_number,
        sum(matrix.weight * times.weight) as weight,
        max(matrix.squarings) + 1 as squarings
    from matrix
    inner join matrix as times
        on matrix.column_number = times.row_number
    inner join (
        select max(entries.column_number) as last_column_number
        from matrix as entries
    ) as steps_left
        on steps_left.last_column_number > 0
    where matrix.squarings < 60
    group by matrix.row_number, times.column_number
    having sum(matrix.weight * times.weight) > 1e-30
{% endset -%}

with

powers as (

    select
        *,
        max(squarings) over () as last_squarings
    from {{ iterated('matrix', matrix, squared) }} as powers

),

states as (

    select
        from_number as number,
        from_state as state,
        sum(case when to_state = '(conversion)' then probability else 0 end) as probability,
        sum(case when to_state = '(conversion)' then probability * mean_value else 0 end) as value
    from {{ ref('int_markov_transitions__counted') }}
    group by from_number, from_state

),

visits as (

    select
        powers.row_number as from_number,
        states.number,
        states.state,
        powers.weight,
        powers.weight * states.probability as probability,
        powers.weight * states.value as value
    from powers
    left join states
        on powers.column_number = -states.number
    where
        powers.squarings = powers.last_squarings
        and powers.row_number > 0
        and case
            when powers.column_number > 0
                then {{
                    raise_error(
                        "'The Markov chain does not end: some walk takes over 2^60 steps.'"
                    )
                }}
            else true
        end

),

-- What a walk from each state brings.
prospects as (

    select
        from_number as number,
        max(case when from_number = number then weight end) as visits_of_itself,
        sum(probability) as probability,
        sum(value) as value
    from visits
    group by from_number

),

start as (

    select
        visits.number,
        visits.state,
        visits.weight,
        sum(visits.probability) over () as probability,
        sum(visits.value) over () as value
    from visits
    inner join states
        on
            visits.from_number = states.number
            and states.state = '(start)'

),

removal_effects as (

    select
        start.state as channel,

        start.weight / prospects.visits_of_itself * prospects.probability
        / nullif(start.probability, 0) as removal_effect,
        start.weight / prospects.visits_of_itself * prospects.value
        / nullif(start.value, 0) as removal_effect_revenue
    from start
    inner join prospects
        on start.number = prospects.number
    where start.state <> '(start)'

)

select * from removal_effects
