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

named_by_accounts as (

    select distinct identifier_id
    from sides
    where
        identifier_type in ('email', 'phone')
        and {{ is_account_type('other_identifier_type') }}

),

-- A number that no account names, while accounts with different addresses order with it, is none
-- of theirs. It shows the call centre's number before its orders are many.
unclaimed_phones as (

    select
        phones.identifier_id,
        phones.identifier_type,
        count(distinct emails.identifier_id) as seen_with
    from named_in_orders as phones
    inner join named_in_orders as emails
        on phones.order_identifier_id = emails.order_identifier_id
    inner join named_by_accounts as emails_of_accounts
        on emails.identifier_id = emails_of_accounts.identifier_id
    left join named_by_accounts as phones_of_accounts
        on phones.identifier_id = phones_of_accounts.identifier_id
    where
        phones.identifier_type = 'phone'
        and emails.identifier_type = 'email'
        and phones_of_accounts.identifier_id is null
    group by phones.identifier_id, phones.identifier_type
    having count(distinct emails.identifier_id) > {{ var('identity_addresses_of_phone') }}

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
    union all
    select
        identifier_id,
        identifier_type,
        seen_with
    from unclaimed_phones

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
