{{ config(**incremental_by('event_day')) }}
{%- set days = days_to_rebuild([('social', 'interaction')]) %}

with

types as (

    select * from {{ ref('touchpoint_types') }}

),

interactions as (

    select *
    from {{ ref('stg_social__interactions') }}
    where {{ is_day_in(days) }}

),

-- A post of the shop itself is read by nobody in particular, so it is no contact of a person.
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
            touchpoint_id('social.interaction', ['contacts.interaction_id'])
        }} as touchpoint_id,

        {{
            identifier_id('handle', "contacts.network || '|' || contacts.author_handle_hash")
        }} as identifier_id,
        cast(null as string) as session_id,
        contacts.campaign_id,
        cast(null as string) as campaign,
        cast(null as string) as product_id,
        cast(null as string) as order_id,
        cast(null as string) as location_id,

        types.source_system,
        'social.interaction' as source_table,
        contacts.interaction_id as source_key,
        types.touchpoint_type,
        types.default_channel as channel,
        coalesce(contacts.contact_direction, types.default_direction) as direction,

        cast(null as decimal(5, 4)) as sentiment,
        cast(null as bigint) as dwell_seconds,

        contacts.interaction_at as touched_at,
        contacts.interaction_date as touched_date,

        (
            types.is_path_entry
            and coalesce(contacts.contact_direction, types.default_direction) = 'inbound'
        ) as is_path_entry,
        false as is_bot,
        false as is_machine,
        false as is_internal,
        false as is_test,

        contacts._loaded_at,
        contacts.event_day
    from interactions_with_persons as contacts
    inner join types
        on types.touchpoint_type = 'social_' || contacts.interaction_kind

)

select * from touchpoints
