{{ config(materialized='view') }}

-- A payment that failed may name only its checkout; the one that worked names the order as well.
with

transactions as (

    select * from {{ ref('stg_store__transactions') }}

),

ordered as (

    select
        checkout_id,
        min(order_id) as order_id
    from transactions
    where
        checkout_id is not null
        and order_id is not null
    group by checkout_id

)

select * from ordered
