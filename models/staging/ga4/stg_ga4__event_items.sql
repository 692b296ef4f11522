{{ config(**by_day([('ga4', 'event')])) }}

with

events as (

    select * from {{ ref('stg_ga4__events') }}

),

events_with_items as (

    select *
    from events
    where
        {{ in_rebuilt_days() }}
        and {{ list_length('items') }} > 0

),

positions as (

    select
        event_id,
        event_name,
        transaction_id,
        currency_code,
        event_at,
        items,
        _source_file,
        _loaded_at,
        _row_hash,
        event_day,
        {{ unnest_positions('items') }} as item_number
    from events_with_items

),

single_items as (

    select
        *,
        {{ list_element('items', 'item_number') }} as item
    from positions

),

event_items as (

    select
        event_id || '-' || cast(item_number as string) as event_item_id,
        event_id,
        {{ said_by_ga4('item.item_id') }} as product_id,
        transaction_id,
        {{ said_by_ga4('item.promotion_id') }} as promotion_id,

        item_number,
        event_name,
        {{ said_by_ga4('item.item_name') }} as product_name,
        {{ said_by_ga4('item.item_brand') }} as product_brand,
        {{ said_by_ga4('item.item_variant') }} as product_variant,
        {{ said_by_ga4('item.item_category') }} as product_category,
        {{ said_by_ga4('item.coupon') }} as coupon,
        currency_code,

        {{ plausible_number('item.quantity') }} as quantity,
        {{ plausible_amount('item.price') }} as unit_price,

        event_at,

        _source_file,
        _loaded_at,
        _row_hash,
        event_day
    from single_items

)

select * from event_items
