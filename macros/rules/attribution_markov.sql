{#- Query of the steps between the states of a Markov chain. `paths` names a path table (see
    path_steps). A state is the last `order` channels of a path (`markov_order` if not given), repeats in
    a row counting once; the chain begins in (start) and ends in (conversion) or (null).
    Gives from_state, to_state, their numbers (none for the two ends), transitions (how often), value
    (of the conversions), probability and mean_value (of a conversion right after this state; 0 for other
    steps). -#}
{% macro markov_transitions(paths, order=none) -%}
    {%- set order = (order or var('markov_order')) | int -%}
    {%- if order not in (1, 2, 3) -%}
        {{ exceptions.raise_compiler_error('markov_order must be 1, 2 or 3, not ' ~ order) }}
    {%- endif -%}
    with

    -- Many walks are alike: each different path is taken apart once, however often it was walked.
    different_paths as (

        select
            path,
            sum(conversions) as conversions,
            sum(nulls) as nulls,
            sum(value) as value
        from {{ paths }}
        where
            path is not null
            and (conversions > 0 or nulls > 0)
        group by path

    ),

    paths as (

        select
            conversions,
            nulls,
            value,
            {{ split_text('path', ' > ') }} as channels
        from different_paths

    ),

    walks as (

        select
            conversions,
            nulls,
            value,
            {% if order == 1 -%}
                channels as states
            {%- else -%}
                {{ list_trails(list_without_repeats('channels'), order, ' > ') }} as states
            {%- endif %}
        from paths

    ),

    steps as (

        {{
            steps_along(
                'walks', 'states', '(start)', '(end)', ['conversions', 'nulls', 'value']
            )
        }}

    ),

    steps_taken as (

        select
            from_state,
            to_state,
            sum(conversions) as conversions,
            sum(nulls) as nulls,
            sum(value) as value
        from steps
        where from_state <> to_state
        group by from_state, to_state

    ),

    counted as (

        select
            from_state,
            to_state,
            conversions + nulls as transitions,
            0 as value
        from steps_taken
        where to_state <> '(end)'
        union all
        select
            from_state,
            '(conversion)' as to_state,
            conversions as transitions,
            value
        from steps_taken
        where
            to_state = '(end)'
            and conversions > 0
        union all
        select
            from_state,
            '(null)' as to_state,
            nulls as transitions,
            0 as value
        from steps_taken
        where
            to_state = '(end)'
            and nulls > 0

    ),

    -- Every state but the two ends leads on to another.
    states as (

        select
            state,
            row_number() over (order by state) as number
        from (select distinct from_state as state from counted) as distinct_states

    )

    select
        counted.from_state,
        counted.to_state,
        from_states.number as from_number,
        to_states.number as to_number,
        counted.transitions,
        counted.value,
        cast(counted.transitions as double)
        / cast(sum(counted.transitions) over (partition by counted.from_state) as double)
            as probability,
        cast(counted.value as double) / cast(counted.transitions as double) as mean_value
    from counted
    inner join states as from_states
        on counted.from_state = from_states.state
    left join states as to_states
        on counted.to_state = to_states.state
{%- endmacro %}


{#- Query of what a Markov chain says of each channel. `transitions` names a relation with the columns
    of markov_transitions, of the same `order`. Gives channel, removal_effect and removal_effect_value: the shares of the
    conversions, and of their value, that are lost where every step into the channel ends without
    conversion; null where there are none. -#}
{% macro markov_effects(transitions, order=none) -%}
    {%- if (order or var('markov_order')) | int == 1 -%}
        {{ markov_effects_by_squaring(transitions) }}
    {%- else -%}
        {{ markov_effects_by_walking(transitions) }}
    {%- endif -%}
{%- endmacro %}


{#- Removal effects of a chain of order 1, by linear algebra.

    With Q the probabilities of steps between states, N = 1 + Q + Q^2 + ... says how often a walk from
    one state visits another. A walk from the start meets channel x with the probability
    N(start, x) / N(x, x), and from there on converts as h(x) = sum of N(x, j) r(j) says; the
    conversions of walks that meet x, and no others, are lost without x. So one matrix gives the
    effects of all channels, and no difference of nearly equal numbers is taken.

    N comes from squaring the matrix ((Q, 1), (0, 1)): its 2^k-th power holds Q^(2^k) and the first
    2^k terms of N. What is left out, Q^(2^k) N, is at most q / (1 - q) of N, q being the largest row
    sum of Q^(2^k). Entries below 1e-30 are dropped, and squaring ends when none of Q^(2^k) is left:
    q is then below 1e-30 times the number of states. Seven to ten squarings do; if 60 do not, the
    query ends with an error. -#}
{% macro markov_effects_by_squaring(transitions) -%}
    {#- The column -i counts visits of state i. -#}
    {%- set matrix -%}
        select
            from_number as row_number,
            to_number as column_number,
            probability as weight,
            0 as squarings
        from {{ transitions }}
        where to_number is not null
        union all
        select
            sign * number as row_number,
            -number as column_number,
            cast(1 as double) as weight,
            0 as squarings
        from (select distinct from_number as number from {{ transitions }}) as states
        cross join (select 1 as sign union all select -1 as sign) as signs
    {%- endset -%}
    {%- set squared -%}
        select
            matrix.row_number,
            times.column_number,
            sum(matrix.weight * times.weight) as weight,
            max(matrix.squarings) + 1 as squarings
        from matrix
        inner join matrix as times
            on matrix.column_number = times.row_number
        inner join (select max(column_number) as last_column_number from matrix) as steps_left
            on steps_left.last_column_number > 0
        where matrix.squarings < 60
        group by matrix.row_number, times.column_number
        having sum(matrix.weight * times.weight) > 1e-30
    {%- endset -%}
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
            sum(case when to_state = '(conversion)' then probability * mean_value else 0 end)
                as value
        from {{ transitions }}
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
                    then {{ raise_error("'The Markov chain does not end: some walk takes over 2^60 steps.'") }}
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

    )

    select
        start.state as channel,
        start.weight / prospects.visits_of_itself * prospects.probability
        / nullif(start.probability, 0) as removal_effect,
        start.weight / prospects.visits_of_itself * prospects.value
        / nullif(start.value, 0) as removal_effect_value
    from start
    inner join prospects
        on start.number = prospects.number
    where start.state <> '(start)'
{%- endmacro %}


{#- Removal effects of a chain of a higher order, which has too many states to square a matrix of: walks
    are followed step by step, once for each channel, and end where a state holds it. What still
    arrives at the conversion is what remains without the channel. How much arrives with all
    channels needs no walk: the chain is made of the paths, so it converts as often as they do.

    Walks to one state are given up together when their probability is below 1e-20: they could have
    brought no more than that. -#}
{% macro markov_effects_by_walking(transitions) -%}
    {%- set members -%}
        select distinct
            to_number as number,
            {{ unnest_list(split_text('to_state', ' > ')) }} as channel
        from {{ transitions }}
        where to_number is not null
    {%- endset -%}
    {%- set start -%}
        select
            channels.channel as removed_channel,
            start.number,
            cast(1 as double) as weight
        from (select distinct channel from ({{ members }}) as members) as channels
        cross join (
            select distinct from_number as number
            from {{ transitions }}
            where from_state = '(start)'
        ) as start
    {%- endset -%}
    {%- set step -%}
        select
            walks.removed_channel,
            transitions.to_number as number,
            sum(walks.weight * transitions.probability) as weight
        from walks
        inner join {{ transitions }} as transitions
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
    {%- endset -%}
    with

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
        from {{ transitions }}
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
        from {{ transitions }}

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

    )

    select
        remaining.channel,
        1 - remaining.probability / nullif(totals.probability, 0) as removal_effect,
        1 - remaining.value / nullif(totals.value, 0) as removal_effect_value
    from remaining
    cross join totals
{%- endmacro %}
