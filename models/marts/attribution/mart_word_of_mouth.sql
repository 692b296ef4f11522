with

referrals as (

    select
        *,
        coalesce(shared_at, redeemed_at) as passed_on_at
    from {{ ref('stg_store__referrals') }}

),

identifiers as (

    select
        identifier_id,
        person_id
    from {{ ref('int_identifiers__resolved') }}

),

sessions as (

    select
        session_id,
        person_id,
        source,
        medium,
        campaign,
        started_at
    from {{ ref('fct_sessions') }}
    where
        not is_bot
        and not is_internal

),

markers as (

    select * from {{ ref('word_of_mouth_visits') }}

),

orders as (

    select
        order_id,
        person_id,
        net_revenue,
        is_first_order,
        ordered_at
    from {{ ref('fct_orders') }}
    where is_conversion

),

store_visits as (

    select
        touchpoint_id,
        person_id,
        touched_at
    from {{ ref('fct_touchpoints') }}
    where
        touchpoint_type = 'store_visit'
        and person_id is not null
        and not is_internal
        and not is_test

),

-- The friend who was invited, as far as the address is known.
invitations as (

    select
        referrals.referral_id as contact_id,
        'invitation' as way,
        coalesce(referrals.share_channel, 'unknown') as share_channel,
        coalesce(
            identifiers.person_id,
            {{ identifier_id('email', 'referrals.referred_email_hash') }}
        ) as person_id,
        referrals.order_id as redeeming_order_id,
        referrals.is_redeemed,
        referrals.passed_on_at as contacted_at
    from referrals
    left join identifiers
        on {{ identifier_id('email', 'referrals.referred_email_hash') }} = identifiers.identifier_id
    where referrals.passed_on_at is not null

),

visit_ids as (

    select distinct sessions.session_id
    from sessions
    inner join markers
        on
            (markers.field = 'source' and lower(sessions.source) = markers.marker)
            or (markers.field = 'medium' and lower(sessions.medium) = markers.marker)
            or (markers.field = 'campaign' and lower(sessions.campaign) = markers.marker)

),

visits as (

    select
        sessions.session_id as contact_id,
        'visit' as way,
        'link' as share_channel,
        sessions.person_id,
        cast(null as string) as redeeming_order_id,
        cast(null as boolean) as is_redeemed,
        sessions.started_at as contacted_at
    from sessions
    inner join visit_ids
        on sessions.session_id = visit_ids.session_id

),

contacts as (

    select * from invitations
    union all
    select * from visits

),

orders_after as (

    select
        orders.order_id,
        contacts.contact_id,
        contacts.way,
        contacts.contacted_at,
        false as is_redeeming
    from orders
    inner join contacts
        on
            orders.person_id = contacts.person_id
            and orders.ordered_at >= contacts.contacted_at
            and orders.ordered_at
            <= contacts.contacted_at + interval {{ var('word_of_mouth_days') }} day
    union all
    select
        redeeming_order_id as order_id,
        contact_id,
        way,
        contacted_at,
        true as is_redeeming
    from contacts
    where redeeming_order_id is not null

),

-- What follows is counted once: an order for the invitation it redeems, everything else for the
-- last word of mouth before it.
orders_won as (

    select
        orders_after.contact_id,
        orders_after.way,
        orders.net_revenue,
        orders.is_first_order
    from orders_after
    inner join orders
        on orders_after.order_id = orders.order_id
    qualify
        row_number() over (
            partition by orders_after.order_id
            order by
                case when orders_after.is_redeeming then 0 else 1 end asc,
                orders_after.contacted_at desc,
                orders_after.way asc,
                orders_after.contact_id asc
        ) = 1

),

visits_won as (

    select
        contacts.contact_id,
        contacts.way,
        store_visits.touchpoint_id
    from store_visits
    inner join contacts
        on
            store_visits.person_id = contacts.person_id
            and store_visits.touched_at >= contacts.contacted_at
            and store_visits.touched_at
            <= contacts.contacted_at + interval {{ var('word_of_mouth_days') }} day
    qualify
        row_number() over (
            partition by store_visits.touchpoint_id
            order by contacts.contacted_at desc, contacts.way asc, contacts.contact_id asc
        ) = 1

),

orders_of_contacts as (

    select
        contact_id,
        way,
        count(*) as orders,
        sum(case when is_first_order then 1 else 0 end) as first_orders,
        sum(net_revenue) as net_revenue
    from orders_won
    group by contact_id, way

),

visits_of_contacts as (

    select
        contact_id,
        way,
        count(*) as store_visits
    from visits_won
    group by contact_id, way

),

followed as (

    select
        cast(date_trunc('month', {{ local_date('contacts.contacted_at') }}) as date) as month,
        contacts.way,
        contacts.share_channel,
        contacts.person_id,
        contacts.is_redeemed,
        orders_of_contacts.orders,
        orders_of_contacts.first_orders,
        orders_of_contacts.net_revenue,
        visits_of_contacts.store_visits
    from contacts
    left join orders_of_contacts
        on
            contacts.contact_id = orders_of_contacts.contact_id
            and contacts.way = orders_of_contacts.way
    left join visits_of_contacts
        on
            contacts.contact_id = visits_of_contacts.contact_id
            and contacts.way = visits_of_contacts.way

),

summed as (

    select
        month,
        way,
        share_channel,
        count(*) as contacts,
        count(distinct person_id) as persons,
        count(is_redeemed) as invitations,
        sum(case when is_redeemed then 1 else 0 end) as redeemed,
        count(orders) as contacts_with_order,
        count(store_visits) as contacts_with_store_visit,
        sum(coalesce(orders, 0)) as orders,
        sum(coalesce(first_orders, 0)) as first_orders,
        sum(coalesce(net_revenue, 0)) as net_revenue,
        sum(coalesce(store_visits, 0)) as store_visits
    from followed
    group by month, way, share_channel

),

word_of_mouth as (

    select
        {{ surrogate_key(['month', 'way', 'share_channel']) }} as word_of_mouth_id,

        month,
        way,
        share_channel,

        cast(contacts as bigint) as contacts,
        cast(persons as bigint) as persons,
        case when invitations > 0 then cast(redeemed as bigint) end as redeemed,
        {{ ratio('redeemed', 'invitations', 6) }} as redemption_rate,
        cast(orders as bigint) as orders,
        cast(first_orders as bigint) as first_orders,
        cast(net_revenue as decimal(18, 2)) as net_revenue,
        {{ ratio('contacts_with_order', 'contacts', 6) }} as order_rate,
        cast(store_visits as bigint) as store_visits,
        {{ ratio('contacts_with_store_visit', 'contacts', 6) }} as store_visit_rate
    from summed

)

select * from word_of_mouth
