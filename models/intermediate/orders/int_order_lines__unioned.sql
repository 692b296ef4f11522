{{ config(materialized='view') }}

with

unioned as (

    select
        order_line_id,
        order_id,
        product_id,
        product_name,
        quantity,
        unit_price,
        line_amount,
        is_gift_card
    from {{ ref('stg_store__order_lines') }}

    union all

    select
        order_line_id,
        order_id,
        product_id,
        product_name,
        quantity,
        unit_price,
        line_amount,
        is_gift_card
    from {{ ref('int_order_lines__ga4') }}

)

select * from unioned
