{{ config(**by_day([('store', 'visit')])) }}

with

types as (

    select * from {{ ref('touchpoint_types') }}

),

visits as (

    select *
    from {{ ref('stg_store__visits') }}
    where {{ in_rebuilt_days() }}

),

-- The card that was shown says who came; else the address given for an appointment, else the order
-- on the receipt. Most visitors are only counted.
identified as (

    select
        *,
        coalesce(
            {{ identifier_id('loyalty_card', 'loyalty_card_id') }},
            {{ identifier_id('email', 'email_hash') }},
            {{ identifier_id('order', 'order_id') }}
        ) as identifier_id
    from visits

),

-- The store visit enters the path; demos and help during it are touchpoints that do not.
recorded as (

    select
        {{ touchpoint_id('store.visit', ['visit_id', 'event_day']) }} as touchpoint_id,
        'store_visit' as touchpoint_type,
        cast(null as string) as product_id,
        dwell_seconds as dwell_seconds_of_touchpoint,
        identified.*
    from identified

    union all

    select
        {{
            touchpoint_id('store.visit', ['visit_id', 'event_day', "'store_demo'"])
        }} as touchpoint_id,
        'store_demo' as touchpoint_type,
        demo_product_id as product_id,
        cast(null as bigint) as dwell_seconds_of_touchpoint,
        identified.*
    from identified
    where has_demo

    union all

    select
        {{
            touchpoint_id('store.visit', ['visit_id', 'event_day', "'store_assistance'"])
        }} as touchpoint_id,
        'store_assistance' as touchpoint_type,
        cast(null as string) as product_id,
        cast(null as bigint) as dwell_seconds_of_touchpoint,
        identified.*
    from identified
    where is_staff_assisted

),

touchpoints as (

    select
        recorded.touchpoint_id,

        recorded.identifier_id,
        cast(null as string) as session_id,
        cast(null as string) as campaign_id,
        cast(null as string) as campaign,
        recorded.product_id,
        recorded.order_id,
        recorded.location_id,

        types.source_system,
        'store.visit' as source_table,
        recorded.visit_id as source_key,
        recorded.touchpoint_type,
        types.default_channel as channel,
        types.default_direction as direction,

        cast(null as decimal(5, 4)) as sentiment,
        recorded.dwell_seconds_of_touchpoint as dwell_seconds,

        recorded.entered_at as touched_at,
        recorded.visit_date as touched_date,

        types.is_path_touchpoint,
        false as is_bot,
        false as is_machine,
        recorded.is_internal,
        false as is_test,

        recorded._loaded_at,
        recorded.event_day
    from recorded
    inner join types
        on recorded.touchpoint_type = types.touchpoint_type

)

select * from touchpoints
