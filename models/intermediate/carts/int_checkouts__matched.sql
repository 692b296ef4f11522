{%- set tolerance = var('checkout_match_seconds') * 1000000 %}

with

checkouts as (

    select
        *,
        coalesce(
            {{ identifier_id('customer', 'customer_id') }},
            {{ identifier_id('email', 'email_hash') }}
        ) as identifier_id,
        {{ to_epoch_microseconds('started_at') }} as started_microseconds
    from {{ ref('stg_store__abandoned_checkouts') }}

),

checkout_starts as (

    select
        event_id,
        session_id,
        cart_value,
        {{ to_epoch_microseconds('event_at') }} as event_microseconds
    from {{ ref('int_web_checkout_steps__selected') }}
    where touchpoint_type = 'checkout_start'

),

sessions as (

    select * from {{ ref('int_web_sessions__classified') }}

),

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

-- Completed after all, perhaps from a link in an e-mail: the order that was paid in it.
orders_of_checkouts as (

    select * from {{ ref('int_checkouts__ordered') }}

),

checkouts_of_persons as (

    select
        checkouts.*,
        coalesce(identifiers.person_id, checkouts.identifier_id) as person_id,
        cast(floor(checkouts.started_microseconds / {{ tolerance }}) as bigint) as time_slot
    from checkouts
    left join identifiers
        on checkouts.identifier_id = identifiers.identifier_id

),

-- Two moments no further apart than a slot is long lie in one slot or in neighbours.
offsets as (

    select -1 as slot_offset
    union all
    select 0 as slot_offset
    union all
    select 1 as slot_offset

),

starts_of_persons as (

    select
        checkout_starts.*,
        coalesce(identifiers.person_id, sessions.identifier_id) as person_id,
        cast(floor(checkout_starts.event_microseconds / {{ tolerance }}) as bigint)
        + offsets.slot_offset as time_slot
    from checkout_starts
    inner join sessions
        on checkout_starts.session_id = sessions.session_id
    left join identifiers
        on sessions.identifier_id = identifiers.identifier_id
    cross join offsets

),

-- The shop's value of a cart has the shipping in it, as shops export it; without is tried too.
pairs as (

    select
        checkouts_of_persons.checkout_id,
        starts_of_persons.event_id,
        starts_of_persons.session_id,
        coalesce(checkouts_of_persons.person_id <> starts_of_persons.person_id, true)
            as is_other_person,
        coalesce(
            abs(
                checkouts_of_persons.cart_amount
                - coalesce(checkouts_of_persons.shipping_amount, 0)
                - starts_of_persons.cart_value
            ) > 0.02
            and abs(checkouts_of_persons.cart_amount - starts_of_persons.cart_value) > 0.02,
            true
        ) as is_other_value,
        abs(
            checkouts_of_persons.started_microseconds - starts_of_persons.event_microseconds
        ) as microseconds_apart
    from checkouts_of_persons
    inner join starts_of_persons
        on
            checkouts_of_persons.time_slot = starts_of_persons.time_slot
            and abs(
                checkouts_of_persons.started_microseconds - starts_of_persons.event_microseconds
            ) <= {{ tolerance }}

),

-- Each is the other's best: a start is of one checkout, and a checkout has one start.
matches as (

    select
        checkout_id,
        session_id
    from pairs
    where
        not is_other_person
        or not is_other_value
    qualify
        row_number() over (
            partition by checkout_id
            order by is_other_person, is_other_value, microseconds_apart, event_id
        ) = 1
        and row_number() over (
            partition by event_id
            order by is_other_person, is_other_value, microseconds_apart, checkout_id
        ) = 1

),

steps as (

    select * from {{ ref('checkout_steps') }}
    where sign = 'last_step'

),

matched_checkouts as (

    select
        checkouts.checkout_id,
        matches.session_id,
        coalesce(
            matches.session_id,
            {{ surrogate_key(["'store.abandoned_checkout'", 'checkouts.checkout_id']) }}
        ) as cart_id,
        orders_of_checkouts.order_id,
        checkouts.identifier_id,

        steps.step_number,
        cast(
            checkouts.cart_amount - coalesce(checkouts.shipping_amount, 0) as decimal(18, 2)
        ) as cart_value,
        checkouts.shipping_amount,

        checkouts.customer_id is not null as is_signed_in,
        checkouts.is_completed or orders_of_checkouts.order_id is not null as is_completed,
        checkouts.is_internal,
        checkouts.is_test,

        checkouts.started_at,
        checkouts.checkout_date
    from checkouts
    left join matches
        on checkouts.checkout_id = matches.checkout_id
    left join orders_of_checkouts
        on checkouts.checkout_id = orders_of_checkouts.checkout_id
    left join steps
        on lower(checkouts.last_step) = steps.value

)

select * from matched_checkouts
