{{ config(materialized='view') }}

with

unioned as (

    select
        refund_line_id,
        refund_id,
        order_id,
        order_line_id,
        location_id,
        {{ identifier_id('order', 'order_id') }} as identifier_id,
        'store.refund_line' as source_table,
        refund_reason,
        refund_date,
        quantity,
        refund_amount,
        refund_amount_at_order_rate,
        is_goods,
        is_rate_carried,
        refunded_at,
        _loaded_at
    from {{ ref('stg_store__refund_lines') }}

    union all

    select
        refund_line_id,
        refund_id,
        order_id,
        order_line_id,
        cast(null as string) as location_id,
        identifier_id,
        'ga4.event' as source_table,
        cast(null as string) as refund_reason,
        refund_date,
        quantity,
        refund_amount,
        refund_amount_at_order_rate,
        true as is_goods,
        is_rate_carried,
        refunded_at,
        _loaded_at
    from {{ ref('int_refund_lines__ga4') }}

)

select * from unioned
