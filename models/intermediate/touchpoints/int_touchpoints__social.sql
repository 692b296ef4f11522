{{ config(**by_day([('social', 'interaction')])) }}

with

types as (

    select * from {{ ref('touchpoint_types') }}

),

interactions as (

    select *
    from {{ ref('stg_social__interactions') }}
    where {{ in_rebuilt_days() }}

),

-- A post of the shop addresses no particular person, so it is no touchpoint.
interactions_with_persons as (

    select
        *,
        {{ known_direction('direction') }} as contact_direction
    from interactions
    where not (interaction_kind = 'post' and coalesce(direction, 'OUTBOUND') = 'OUTBOUND')

),

touchpoints as (

    select
        {{
            touchpoint_id('social.interaction', ['touchpoints.interaction_id'])
        }} as touchpoint_id,

        {{
            identifier_id('handle', "touchpoints.network || '|' || touchpoints.author_handle_hash")
        }} as identifier_id,
        cast(null as string) as session_id,
        touchpoints.campaign_id,
        cast(null as string) as campaign,
        cast(null as string) as product_id,
        cast(null as string) as order_id,
        cast(null as string) as location_id,

        types.source_system,
        'social.interaction' as source_table,
        touchpoints.interaction_id as source_key,
        types.touchpoint_type,
        types.default_channel as channel,
        coalesce(touchpoints.contact_direction, types.default_direction) as direction,

        cast(null as decimal(5, 4)) as sentiment,
        cast(null as bigint) as dwell_seconds,

        touchpoints.interaction_at as touched_at,
        touchpoints.interaction_date as touched_date,

        (
            types.is_path_touchpoint
            and coalesce(touchpoints.contact_direction, types.default_direction) = 'inbound'
        ) as is_path_touchpoint,
        false as is_bot,
        false as is_machine,
        false as is_internal,
        false as is_test,

        touchpoints._loaded_at,
        touchpoints.event_day
    from interactions_with_persons as touchpoints
    inner join types
        on types.touchpoint_type = 'social_' || touchpoints.interaction_kind

)

select * from touchpoints
