{{ config(materialized=view_or_table()) }}
{#- The worth of a set of channels is the conversion rate of the paths all of whose channels lie
    in it; 0 where there are no such paths. A channel is worth what it adds to the sets it could
    join, on average over all sequences in which n channels could join: it adds to a set of s
    channels, itself included, in (s - 1)! (n - s)! of the n! sequences, and leaves a set of s
    channels without it in s! (n - s - 1)! of them. The shapley_max_channels channels with the
    most conversions stand for themselves, all others together are Other.

    A set of channels is the sum of its channels' bits. Paths are added up over all sets that
    hold theirs in two steps, low bits first, then high ones, so that no set of paths is
    compared with each of thousands of sets. -#}
{%- set most = var('shapley_max_channels') | int -%}
{%- if most < 1 or most > 16 -%}
    {{ exceptions.raise_compiler_error('shapley_max_channels must be 1 to 16, not ' ~ most) }}
{%- endif -%}

with

paths as (

    select
        conversions,
        nulls,
        {{ list_members(split_text('path', ' > ')) }} as members
    from {{ ref('int_attribution_paths__counted') }}
    where
        path is not null
        and (conversions > 0 or nulls > 0)

),

-- Only which channels a path has counts.
channel_sets as (

    select
        members,
        row_number() over (order by members) as set_number,
        sum(conversions) as conversions,
        sum(nulls) as nulls
    from paths
    group by members

),

set_channels as (

    select
        {{ unnest_list('members') }} as channel,
        set_number,
        conversions,
        nulls
    from channel_sets

),

channels as (

    select
        channel,
        least(
            row_number() over (
                order by sum(conversions) desc, sum(conversions + nulls) desc, channel asc
            ),
            {{ most + 1 }}
        ) as player
    from set_channels
    group by channel

),

players as (

    select
        player,
        case when player > {{ most }} then 'Other' else min(channel) end as channel,
        count(*) as channels,
        cast(pow(2, player - 1) as bigint) as bit
    from channels
    group by player

),

all_players as (

    select
        cast(count(*) as integer) as players,
        max(bit) as last_bit
    from players

),

set_players as (

    select distinct
        set_channels.set_number,
        players.bit,
        set_channels.conversions,
        set_channels.nulls
    from set_channels
    inner join channels
        on set_channels.channel = channels.channel
    inner join players
        on channels.player = players.player

),

player_sets as (

    select
        cast(sum(bit) as bigint) as bits,
        max(conversions) as conversions,
        max(conversions + nulls) as paths
    from set_players
    group by set_number

),

distinct_sets as (

    select
        bits % 64 as low_bits,
        bits - bits % 64 as high_bits,
        sum(conversions) as conversions,
        sum(paths) as paths
    from player_sets
    group by bits

),

low_sets as (

    select {{ each_integer('0', '63') }} as low_bits

),

high_sets as (

    select number * 64 as high_bits
    from (
        select {{ each_integer('0', (2 ** [most + 1 - 6, 0] | max) - 1) }} as number
    ) as numbers

),

low_sums as (

    select
        low_sets.low_bits,
        distinct_sets.high_bits,
        sum(distinct_sets.conversions) as conversions,
        sum(distinct_sets.paths) as paths
    from distinct_sets
    inner join low_sets
        on distinct_sets.low_bits & low_sets.low_bits = distinct_sets.low_bits
    group by low_sets.low_bits, distinct_sets.high_bits

),

worths as (

    select
        low_sums.low_bits + high_sets.high_bits as bits,
        cast(sum(low_sums.conversions) as double) / cast(sum(low_sums.paths) as double) as worth
    from low_sums
    inner join high_sets
        on low_sums.high_bits & high_sets.high_bits = low_sums.high_bits
    group by low_sums.low_bits + high_sets.high_bits

),

-- Sets of channels there are; the bits of channels there are not add none.
sized as (

    select
        worths.bits,
        worths.worth,
        cast(bit_count(worths.bits) as integer) as size,
        all_players.players
    from worths
    inner join all_players
        on worths.bits < 2 * all_players.last_bit

),

-- In how many sequences a channel of the set is the last to join it, or one beyond it the next.
weighed as (

    select
        bits,
        worth,
        cast(factorial(size - 1) * factorial(players - size) as double) as joined_last,
        cast(factorial(size) * factorial(greatest(players - size - 1, 0)) as double)
            as joining_next,
        cast(factorial(players) as double) as sequences
    from sized

),

shapley_values as (

    select
        players.channel,

        cast(max(players.channels) as bigint) as channels,
        sum(
            weighed.worth
            * case
                when weighed.bits & players.bit = players.bit then weighed.joined_last
                else -weighed.joining_next
            end
            / weighed.sequences
        ) as shapley_value
    from players
    cross join weighed
    group by players.channel

)

select * from shapley_values
