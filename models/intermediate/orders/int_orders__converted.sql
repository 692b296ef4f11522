-- Orders that count as conversions, tests and staff left out, and whose they are.
with

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

valued_orders as (

    select * from {{ ref('int_orders__valued') }}

),

converted as (

    select
        valued_orders.order_id,

        coalesce(identifiers.person_id, valued_orders.identifier_id) as person_id,

        valued_orders.net_revenue,

        valued_orders.ordered_at
    from valued_orders
    left join identifiers
        on valued_orders.identifier_id = identifiers.identifier_id
    where not valued_orders.is_excluded

)

select * from converted
