{{ config(materialized='view') }}

with

journeys as (

    select * from {{ ref('int_journeys__segmented') }}

),

orders as (

    select * from {{ ref('int_orders__valued') }}

),

-- Today, as far as the data goes.
newest as (

    select max(last_touched_at) as newest_touched_at
    from journeys

),

-- Only a person's newest journey can still be going on.
with_outcome as (

    select
        journeys.journey_id,
        journeys.person_id,
        case
            when journeys.order_id is not null then 'converted'
            when
                not journeys.is_newest
                or journeys.last_touched_at
                < newest.newest_touched_at - interval {{ var('journey_inactivity_days') }} day
                then 'lost'
            else 'open'
        end as outcome,
        journeys.person_fingerprint,
        orders.net_revenue
    from journeys
    cross join newest
    left join orders
        on journeys.order_id = orders.order_id

),

valued as (

    select
        journey_id,

        outcome,
        {{
            additive_fingerprint([
                'person_id', 'person_fingerprint', 'outcome', 'net_revenue'
            ])
        }} as journey_fingerprint,

        net_revenue
    from with_outcome

)

select * from valued
