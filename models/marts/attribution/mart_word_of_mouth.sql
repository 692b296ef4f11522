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
    where not is_excluded

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
        and not is_excluded

),

-- The friend who was invited, as far as the address is known.
invitations as (

    select
        referrals.referral_id as touchpoint_key,
        'invitation' as referral_mechanism,
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
        sessions.session_id as touchpoint_key,
        'visit' as referral_mechanism,
        'link' as share_channel,
        sessions.person_id,
        cast(null as string) as redeeming_order_id,
        cast(null as boolean) as is_redeemed,
        sessions.started_at as contacted_at
    from sessions
    inner join visit_ids
        on sessions.session_id = visit_ids.session_id

),

touchpoints as (

    select * from invitations
    union all
    select * from visits

),

orders_after as (

    select
        orders.order_id,
        touchpoints.touchpoint_key,
        touchpoints.referral_mechanism,
        touchpoints.contacted_at,
        false as is_redeeming
    from orders
    inner join touchpoints
        on
            orders.person_id = touchpoints.person_id
            and orders.ordered_at >= touchpoints.contacted_at
            and orders.ordered_at
            <= touchpoints.contacted_at + interval {{ var('word_of_mouth_days') }} day
    union all
    select
        redeeming_order_id as order_id,
        touchpoint_key,
        referral_mechanism,
        contacted_at,
        true as is_redeeming
    from touchpoints
    where redeeming_order_id is not null

),

-- What follows is counted once: an order for the invitation it redeems, everything else for the
-- last word of mouth before it.
orders_won as (

    select
        orders_after.touchpoint_key,
        orders_after.referral_mechanism,
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
                orders_after.referral_mechanism asc,
                orders_after.touchpoint_key asc
        ) = 1

),

visits_won as (

    select
        touchpoints.touchpoint_key,
        touchpoints.referral_mechanism,
        store_visits.touchpoint_id
    from store_visits
    inner join touchpoints
        on
            store_visits.person_id = touchpoints.person_id
            and store_visits.touched_at >= touchpoints.contacted_at
            and store_visits.touched_at
            <= touchpoints.contacted_at + interval {{ var('word_of_mouth_days') }} day
    qualify
        row_number() over (
            partition by store_visits.touchpoint_id
            order by
                touchpoints.contacted_at desc,
                touchpoints.referral_mechanism asc,
                touchpoints.touchpoint_key asc
        ) = 1

),

orders_of_touchpoints as (

    select
        touchpoint_key,
        referral_mechanism,
        count(*) as orders,
        count(*) filter (where is_first_order) as first_orders,
        sum(net_revenue) as net_revenue
    from orders_won
    group by touchpoint_key, referral_mechanism

),

visits_of_touchpoints as (

    select
        touchpoint_key,
        referral_mechanism,
        count(*) as store_visits
    from visits_won
    group by touchpoint_key, referral_mechanism

),

followed as (

    select
        cast(date_trunc('month', {{ local_date('touchpoints.contacted_at') }}) as date) as month,
        touchpoints.referral_mechanism,
        touchpoints.share_channel,
        touchpoints.person_id,
        touchpoints.is_redeemed,
        orders_of_touchpoints.orders,
        orders_of_touchpoints.first_orders,
        orders_of_touchpoints.net_revenue,
        visits_of_touchpoints.store_visits
    from touchpoints
    left join orders_of_touchpoints
        on
            touchpoints.touchpoint_key = orders_of_touchpoints.touchpoint_key
            and touchpoints.referral_mechanism = orders_of_touchpoints.referral_mechanism
    left join visits_of_touchpoints
        on
            touchpoints.touchpoint_key = visits_of_touchpoints.touchpoint_key
            and touchpoints.referral_mechanism = visits_of_touchpoints.referral_mechanism

),

summed as (

    select
        month,
        referral_mechanism,
        share_channel,
        count(*) as touchpoints,
        count(distinct person_id) as persons,
        count(is_redeemed) as invitations,
        count(*) filter (where is_redeemed) as redeemed,
        count(orders) as touchpoints_with_order,
        count(store_visits) as touchpoints_with_store_visit,
        sum(coalesce(orders, 0)) as orders,
        cast(sum(coalesce(first_orders, 0)) as bigint) as first_orders,
        sum(coalesce(net_revenue, 0)) as net_revenue,
        sum(coalesce(store_visits, 0)) as store_visits
    from followed
    group by month, referral_mechanism, share_channel

),

word_of_mouth as (

    select
        {{ surrogate_key(['month', 'referral_mechanism', 'share_channel']) }} as word_of_mouth_id,

        month,
        referral_mechanism,
        share_channel,

        cast(touchpoints as bigint) as touchpoints,
        cast(persons as bigint) as persons,
        case when invitations > 0 then cast(redeemed as bigint) end as redeemed,
        {{ ratio('redeemed', 'invitations', 6) }} as redemption_rate,
        cast(orders as bigint) as orders,
        first_orders,
        cast(net_revenue as decimal(18, 2)) as net_revenue,
        {{ ratio('touchpoints_with_order', 'touchpoints', 6) }} as order_rate,
        cast(store_visits as bigint) as store_visits,
        {{ ratio('touchpoints_with_store_visit', 'touchpoints', 6) }} as store_visit_rate
    from summed

)

select * from word_of_mouth
