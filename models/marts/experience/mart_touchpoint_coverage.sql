-- Every possible type of touchpoint in every possible channel: which are missing, which have
-- fallen silent, and which get no reaction.
with

types as (

    select * from {{ ref('dim_touchpoint_types') }}

),

channels as (

    select * from {{ ref('dim_channels') }}

),

touchpoints as (

    select
        touchpoint_id,
        person_id,
        touchpoint_type,
        channel,
        direction,
        source_priority,
        touched_at,
        touched_date
    from {{ ref('int_touchpoints__identity_resolved') }}
    where not is_excluded

),

newest as (

    select max(touched_date) as newest_date
    from touchpoints

),

with_next as (

    select
        *,
        case
            when person_id is not null
                then min(case when direction = 'inbound' then touched_at end) over (
                    partition by person_id
                    order by touched_at, source_priority, touchpoint_id
                    rows between 1 following and unbounded following
                )
        end as next_inbound_at
    from touchpoints

),

-- Touchpoints whose days for a reaction are over show whether there was one.
seen as (

    select
        with_next.touchpoint_type,
        with_next.channel,
        count(*) as touchpoints,
        count(distinct with_next.person_id) as persons,
        min(with_next.touched_date) as first_seen_date,
        max(with_next.touched_date) as last_seen_date,
        count(*) filter (
            where
            with_next.person_id is not null
            and {{ days_between('with_next.touched_date', 'newest.newest_date') }}
            > {{ var('reaction_days') }}
        ) as matured_touchpoints,
        count(*) filter (
            where
            {{ days_between('with_next.touched_date', 'newest.newest_date') }}
            > {{ var('reaction_days') }}
            and with_next.next_inbound_at
            <= with_next.touched_at + interval {{ var('reaction_days') }} day
        ) as touchpoints_with_reaction
    from with_next
    cross join newest
    group by with_next.touchpoint_type, with_next.channel

),

advertised as (

    select
        '(advertising)' as touchpoint_type,
        channel,
        count(distinct spend_date) as campaign_days,
        cast(sum(impressions) as bigint) as impressions,
        min(spend_date) as first_seen_date,
        max(spend_date) as last_seen_date
    from {{ ref('int_campaign_days__costed') }}
    group by channel

),

-- What happens in a visit comes by the visit's channel; all else has a channel of its own.
expected as (

    select
        types.touchpoint_type,
        channels.channel
    from types
    inner join channels
        on channels.is_web
    where types.follows_channel and types.source_system = 'ga4'
    union
    select
        touchpoint_type,
        default_channel as channel
    from types
    where not (follows_channel and source_system = 'ga4')
    union
    select
        '(advertising)' as touchpoint_type,
        channel
    from channels
    where is_paid

),

pairs as (

    select
        touchpoint_type,
        channel
    from expected
    union
    select
        touchpoint_type,
        channel
    from seen
    union
    select
        touchpoint_type,
        channel
    from advertised

),

joined as (

    select
        pairs.touchpoint_type,
        pairs.channel,
        coalesce(types.source_system, 'ads') as source_system,
        coalesce(types.name_en, 'Advertising') as name_en,
        coalesce(types.name_it, 'Pubblicità') as name_it,
        coalesce(types.environment, channels.environment) as environment,
        expected.touchpoint_type is not null as is_expected,
        coalesce(seen.touchpoints, 0) as touchpoints,
        coalesce(seen.persons, 0) as persons,
        coalesce(advertised.campaign_days, 0) as campaign_days,
        advertised.impressions,
        coalesce(seen.first_seen_date, advertised.first_seen_date) as first_seen_date,
        coalesce(seen.last_seen_date, advertised.last_seen_date) as last_seen_date,
        newest.newest_date,
        coalesce(seen.matured_touchpoints, 0) as matured_touchpoints,
        coalesce(seen.touchpoints_with_reaction, 0) as touchpoints_with_reaction
    from pairs
    cross join newest
    left join expected
        on
            pairs.touchpoint_type = expected.touchpoint_type
            and pairs.channel = expected.channel
    left join types
        on pairs.touchpoint_type = types.touchpoint_type
    left join channels
        on pairs.channel = channels.channel
    left join seen
        on
            pairs.touchpoint_type = seen.touchpoint_type
            and pairs.channel = seen.channel
    left join advertised
        on
            pairs.touchpoint_type = advertised.touchpoint_type
            and pairs.channel = advertised.channel

),

judged as (

    select
        *,
        {{ days_between('last_seen_date', 'newest_date') }} as days_since_seen,
        last_seen_date is null as is_missing,
        matured_touchpoints >= {{ var('min_cell_size') }}
        and cast(touchpoints_with_reaction as double)
        < {{ var('dead_reaction_share') }} * cast(matured_touchpoints as double) as is_dead
    from joined

),

mart_touchpoint_coverage as (

    select
        touchpoint_type,
        channel,
        source_system,
        environment,
        name_en,
        name_it,

        touchpoints,
        persons,
        campaign_days,
        impressions,
        first_seen_date,
        last_seen_date,
        days_since_seen,

        matured_touchpoints,
        touchpoints_with_reaction,
        {{ ratio('touchpoints_with_reaction', 'matured_touchpoints') }} as reaction_share,

        case
            when is_missing then 'missing'
            when days_since_seen > {{ var('silent_days') }} then 'silent'
            when is_dead then 'dead'
            else 'alive'
        end as status,
        is_expected,
        is_missing,
        is_dead
    from judged

)

select * from mart_touchpoint_coverage
