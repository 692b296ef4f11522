{%- set order = var('markov_order') | int -%}
{%- if order not in (1, 2, 3) -%}
    {{ exceptions.raise_compiler_error('markov_order must be 1, 2 or 3, not ' ~ order) }}
{%- endif -%}

-- A state is the last markov_order channels of a path, repeats in a row counting once. Each walk
-- begins in (start) and ends in (conversion) or (null).

with

paths as (

    select
        conversions,
        nulls,
        revenue,
        {{ split_text('path', ' > ') }} as channels
    from {{ ref('int_attribution_paths__counted') }}
    where
        path is not null
        and (conversions > 0 or nulls > 0)

),

walks as (

    select
        conversions,
        nulls,
        revenue,
        {% if order == 1 %}
        channels as states
        {% else %}
        {{ list_trails(list_without_repeats('channels'), order, ' > ') }} as states
        {% endif %}
    from paths

),

steps as (

    {{
        steps_along(
            'walks', 'states', '(start)', '(end)', ['conversions', 'nulls', 'revenue']
        )
    }}

),

steps_taken as (

    select
        from_state,
        to_state,
        sum(conversions) as conversions,
        sum(nulls) as nulls,
        sum(revenue) as revenue
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
        revenue as value
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

-- Each state but the two ends leads on to another.
states as (

    select
        state,
        row_number() over (order by state) as number
    from (select distinct from_state as state from counted) as distinct_states

),

-- Numbers of a user's paths have up to 18 decimals (viaggio/attribution).
transitions as (

    select
        counted.from_state,
        counted.to_state,
        cast(from_states.number as bigint) as from_number,
        cast(to_states.number as bigint) as to_number,

        cast(counted.transitions as decimal(38, 18)) as transitions,
        cast(counted.value as decimal(38, 18)) as value,
        cast(counted.transitions as double)
        / cast(sum(counted.transitions) over (partition by counted.from_state) as double)
            as probability,
        cast(counted.value as double) / cast(counted.transitions as double) as mean_value
    from counted
    inner join states as from_states
        on counted.from_state = from_states.state
    left join states as to_states
        on counted.to_state = to_states.state

)

select * from transitions
