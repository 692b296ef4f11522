{#- Query of the Shapley value of each channel. `paths` names a path table (see path_steps). The worth of
    a set of channels is the conversion rate of the paths all of whose channels lie in it (0 where
    there are no such paths). The `shapley_max_channels` channels with the most conversions stand for
    themselves, all others together are Other.
    Gives channel, channels (how many it stands for) and shapley_value; the values sum to the
    conversion rate of all paths.

    A set of channels is the sum of its channels' bits. Paths are added up over all sets that hold
    theirs in two steps, low bits first, then high ones, so that no set of paths is compared with
    each of thousands of sets. A channel's value is a sum over all sets: with the weight
    (s - 1)! (n - s)! / n! if it is in a set of s channels, and with - s! (n - s - 1)! / n! if not. -#}
{% macro shapley_values(paths) -%}
    {%- set most = var('shapley_max_channels') | int -%}
    {%- if most < 1 or most > 16 -%}
        {{ exceptions.raise_compiler_error('shapley_max_channels must be 1 to 16, not ' ~ most) }}
    {%- endif -%}
    with

    -- Only which channels a path has counts.
    channel_sets as (

        select
            members,
            row_number() over (order by members) as set_number,
            sum(conversions) as conversions,
            sum(nulls) as nulls
        from (
            select
                {{ list_members(split_text('path', ' > ')) }} as members,
                conversions,
                nulls
            from {{ paths }}
            where
                path is not null
                and (conversions > 0 or nulls > 0)
        ) as paths
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
                    order by sum(conversions) desc, sum(conversions + nulls) desc, channel
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
            cast(pow(2, player - 1) as bigint) as bit,
            count(*) over () as players
        from channels
        group by player

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
            cast(sum(low_sums.conversions) as double) / cast(sum(low_sums.paths) as double)
                as worth
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
            cast(bit_count(worths.bits) as integer) as size
        from worths
        inner join (select max(bit) as last_bit from players) as last_player
            on worths.bits < 2 * last_player.last_bit

    )

    select
        players.channel,
        max(players.channels) as channels,
        sum(
            sized.worth * case
                when sized.bits & players.bit = players.bit
                    then
                        {{ factorial('sized.size - 1') }}
                        * {{ factorial('players.players - sized.size') }}
                else
                    -{{ factorial('sized.size') }}
                    * {{ factorial('players.players - sized.size - 1') }}
            end / {{ factorial('players.players') }}
        ) as shapley_value
    from players
    cross join sized
    group by players.channel
{%- endmacro %}


{#- Factorial of an integer of up to 20, as a floating-point number; SQL. -#}
{% macro factorial(number) -%}
    cast(factorial(cast({{ number }} as integer)) as double)
{%- endmacro %}
