{{ config(**by_day([('store', 'loyalty_event'), ('store', 'visit')])) }}
{#- Stores are shut at midnight UTC, so a visit and what happens at its till share an event day. -#}

with

types as (

    select * from {{ ref('touchpoint_types') }}

),

loyalty_events as (

    select *
    from {{ ref('stg_store__loyalty_events') }}
    where {{ in_rebuilt_days() }}

),

card_days_in_stores as (

    select
        loyalty_card_id,
        event_day,
        max(_loaded_at) as _loaded_at
    from {{ ref('stg_store__visits') }}
    where
        {{ in_rebuilt_days() }}
        and loyalty_card_id is not null
    group by loyalty_card_id, event_day

),

touchpoints as (

    select
        {{
            touchpoint_id(
                'store.loyalty_event', ['loyalty_events.loyalty_event_id', 'loyalty_events.event_day']
            )
        }} as touchpoint_id,

        {{ identifier_id('loyalty_card', 'loyalty_events.loyalty_card_id') }} as identifier_id,
        cast(null as string) as session_id,
        cast(null as string) as campaign_id,
        cast(null as string) as campaign,
        cast(null as string) as product_id,
        loyalty_events.order_id,
        cast(null as string) as location_id,

        types.source_system,
        'store.loyalty_event' as source_table,
        loyalty_events.loyalty_event_id as source_key,
        types.touchpoint_type,
        types.default_channel as channel,
        types.default_direction as direction,

        cast(null as decimal(5, 4)) as sentiment,
        cast(null as bigint) as dwell_seconds,

        loyalty_events.loyalty_event_at as touched_at,
        loyalty_events.loyalty_event_date as touched_date,

        (
            types.is_path_touchpoint
            and loyalty_events.order_id is null
            and card_days_in_stores.loyalty_card_id is null
        ) as is_path_touchpoint,
        false as is_bot,
        false as is_machine,
        false as is_internal,
        false as is_test,

        greatest(
            loyalty_events._loaded_at,
            coalesce(card_days_in_stores._loaded_at, loyalty_events._loaded_at)
        ) as _loaded_at,
        loyalty_events.event_day
    from loyalty_events
    inner join types
        on types.touchpoint_type = 'loyalty_' || loyalty_events.loyalty_event_kind
    left join card_days_in_stores
        on
            loyalty_events.loyalty_card_id = card_days_in_stores.loyalty_card_id
            and loyalty_events.event_day = card_days_in_stores.event_day

)

select * from touchpoints
