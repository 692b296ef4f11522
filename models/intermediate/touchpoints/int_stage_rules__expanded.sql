{#- The rules are tried once for every combination they can tell apart, so that the millions of
    touchpoints look their stage up. Whether the person had ordered is known only as a touchpoint is
    read, hence two stages. -#}

with

types as (

    select touchpoint_type from {{ ref('touchpoint_types') }}

),

channels as (

    select channel from {{ ref('channels') }}

),

rules as (

    select * from {{ ref('stage_rules') }}

),

yes_and_no as (

    select true as answer
    union all
    select false as answer

),

directions as (

    select 'inbound' as direction
    union all
    select 'outbound' as direction

),

sentiment_bands as (

    select 'negative' as sentiment_band
    union all
    select 'neutral' as sentiment_band
    union all
    select 'positive' as sentiment_band
    union all
    select 'none' as sentiment_band

),

rules_of_types as (

    select
        types.touchpoint_type,
        rules.rule_number,
        rules.channel,
        rules.is_retargeting,
        rules.direction,
        rules.has_ordered,
        rules.is_with_order,
        rules.sentiment_band,
        rules.stage
    from types
    inner join rules
        on
            types.touchpoint_type = rules.touchpoint_type
            or rules.touchpoint_type = 'any'

),

-- Everything but the type and whether the person had ordered.
situations as (

    select
        channels.channel,
        retargeting.answer as is_retargeting,
        directions.direction,
        with_order.answer as is_with_order,
        sentiment_bands.sentiment_band
    from channels
    cross join yes_and_no as retargeting
    cross join directions
    cross join yes_and_no as with_order
    cross join sentiment_bands

),

matches as (

    select
        rules_of_types.touchpoint_type,
        situations.channel,
        situations.is_retargeting,
        situations.direction,
        situations.is_with_order,
        situations.sentiment_band,
        rules_of_types.rule_number,
        rules_of_types.has_ordered,
        rules_of_types.stage
    from rules_of_types
    inner join situations
        on
            rules_of_types.channel in (situations.channel, 'any')
            and rules_of_types.is_retargeting
            in (cast(situations.is_retargeting as string), 'any')
            and rules_of_types.direction in (situations.direction, 'any')
            and rules_of_types.is_with_order
            in (cast(situations.is_with_order as string), 'any')
            and rules_of_types.sentiment_band in (situations.sentiment_band, 'any')

),

stages as (

    select
        touchpoint_type,
        channel,
        is_retargeting,
        direction,
        is_with_order,
        sentiment_band,
        min_by(
            case when has_ordered in ('false', 'any') then stage end,
            case when has_ordered in ('false', 'any') then rule_number end
        ) as stage_before_order,
        min_by(
            case when has_ordered in ('true', 'any') then stage end,
            case when has_ordered in ('true', 'any') then rule_number end
        ) as stage_after_order
    from matches
    group by
        touchpoint_type,
        channel,
        is_retargeting,
        direction,
        is_with_order,
        sentiment_band

)

select * from stages
