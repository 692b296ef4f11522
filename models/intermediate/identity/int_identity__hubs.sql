with

evidence as (

    select *
    from {{ ref('int_identity__evidence') }}
    where counts_towards_hub

),

-- Each pair seen from both sides.
sides as (

    select
        identifier_id,
        identifier_type,
        other_identifier_id,
        other_identifier_type
    from evidence
    union all
    select
        other_identifier_id as identifier_id,
        other_identifier_type as identifier_type,
        identifier_id as other_identifier_id,
        identifier_type as other_identifier_type
    from evidence

),

-- What the records about an order name.
named_in_orders as (

    select
        identifier_id as order_identifier_id,
        other_identifier_id as identifier_id,
        other_identifier_type as identifier_type,
        {{ is_account_type('other_identifier_type') }} as is_account
    from sides
    where identifier_type = 'order'

),

-- Whose an order is: its accounts, or its e-mail address where it has none.
orders_with_accounts as (

    select distinct order_identifier_id
    from named_in_orders
    where is_account

),

order_owners as (

    select
        named.order_identifier_id,
        named.identifier_id
    from named_in_orders as named
    left join orders_with_accounts
        on named.order_identifier_id = orders_with_accounts.order_identifier_id
    where
        named.is_account
        or (
            named.identifier_type = 'email'
            and orders_with_accounts.order_identifier_id is null
        )

),

seen_with as (

    select
        identifier_id,
        identifier_type,
        'account' as seen_type,
        other_identifier_id as seen_id
    from sides
    where {{ is_account_type('other_identifier_type') }}
    union
    select
        named.identifier_id,
        named.identifier_type,
        'account' as seen_type,
        order_owners.identifier_id as seen_id
    from named_in_orders as named
    inner join order_owners
        on
            named.order_identifier_id = order_owners.order_identifier_id
            and named.identifier_id <> order_owners.identifier_id
    union
    select
        accounts.identifier_id,
        accounts.identifier_type,
        named.identifier_type as seen_type,
        named.identifier_id as seen_id
    from named_in_orders as accounts
    inner join named_in_orders as named
        on accounts.order_identifier_id = named.order_identifier_id
    where
        accounts.is_account
        and named.identifier_type = 'phone'

),

-- An identifier that many people order with (the till's standing customer, the call centre's
-- number) shows in the variety on its orders: one person has few customer ids, cards or addresses.
-- Devices have a guard of their own.
seen_on_orders as (

    select distinct
        identifiers.identifier_id,
        identifiers.identifier_type,
        named.identifier_type as seen_type,
        named.identifier_id as seen_id
    from named_in_orders as identifiers
    inner join named_in_orders as named
        on
            identifiers.order_identifier_id = named.order_identifier_id
            and identifiers.identifier_id <> named.identifier_id
    where
        identifiers.identifier_type <> 'device'
        and named.identifier_type in ('customer', 'loyalty_card', 'email')

),

seen_counts as (

    select
        identifier_id,
        identifier_type,
        count(*) as seen_with
    from seen_with
    group by identifier_id, identifier_type, seen_type
    having count(*) > {{ var('identity_hub_limit') }}
    union all
    select
        identifier_id,
        identifier_type,
        count(*) as seen_with
    from seen_on_orders
    group by identifier_id, identifier_type, seen_type
    having count(*) > {{ var('identity_order_hub_limit') }}

),

hubs as (

    select
        identifier_id,

        identifier_type,

        max(seen_with) as seen_with
    from seen_counts
    group by identifier_id, identifier_type

)

select * from hubs
