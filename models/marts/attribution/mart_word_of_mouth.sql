with

referrals as (

    select
        *,
        coalesce(shared_at, redeemed_at) as passed_on_at,
        {{ identifier_id('email', 'referred_email_hash') }} as invited_identifier_id
    from {{ ref('stg_store__referrals') }}

),

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

sessions as (

    select *
    from {{ ref('fct_sessions') }}
    where not is_excluded

),

markers as (

    select * from {{ ref('word_of_mouth_visits') }}

),

orders as (

    select *
    from {{ ref('fct_orders') }}
    where is_conversion

),

store_visits as (

    select *
    from {{ ref('fct_touchpoints') }}
    where
        touchpoint_type = 'store_visit'
        and person_id is not null
        and not is_excluded

),

-- Invitations, of the friend who was invited as far as the address is known, and sessions.
touchpoints as (

    select
        referrals.referral_id as touchpoint_key,
        'invitation' as referral_mechanism,
        coalesce(referrals.share_channel, 'unknown') as share_channel,
        coalesce(identifiers.person_id, referrals.invited_identifier_id) as person_id,
        referrals.order_id as redeeming_order_id,
        referrals.is_redeemed,
        referrals.passed_on_at as contacted_at
    from referrals
    left join identifiers
        on referrals.invited_identifier_id = identifiers.identifier_id
    where referrals.passed_on_at is not null
    union all
    select
        sessions.session_id as touchpoint_key,
        'visit' as referral_mechanism,
        'link' as share_channel,
        sessions.person_id,
        cast(null as string) as redeeming_order_id,
        cast(null as boolean) as is_redeemed,
        sessions.started_at as contacted_at
    from sessions
    semi join markers
        on
            (markers.field = 'source' and lower(sessions.source) = markers.marker)
            or (markers.field = 'medium' and lower(sessions.medium) = markers.marker)
            or (markers.field = 'campaign' and lower(sessions.campaign) = markers.marker)

),

outcomes as (

    select
        'order' as outcome_type,
        order_id as outcome_key,
        person_id,
        net_revenue,
        is_first_order,
        ordered_at as happened_at
    from orders
    union all
    select
        'store_visit' as outcome_type,
        touchpoint_id as outcome_key,
        person_id,
        cast(null as decimal(18, 2)) as net_revenue,
        cast(null as boolean) as is_first_order,
        touched_at as happened_at
    from store_visits

),

-- An outcome follows the word of mouth before it; an order also the invitation it redeems.
followed as (

    select
        outcomes.*,
        touchpoints.touchpoint_key,
        touchpoints.referral_mechanism,
        touchpoints.contacted_at,
        false as is_redeeming
    from outcomes
    inner join touchpoints
        on
            outcomes.person_id = touchpoints.person_id
            and outcomes.happened_at >= touchpoints.contacted_at
            and outcomes.happened_at
            <= touchpoints.contacted_at + interval {{ var('word_of_mouth_days') }} day
    union all
    select
        outcomes.*,
        touchpoints.touchpoint_key,
        touchpoints.referral_mechanism,
        touchpoints.contacted_at,
        true as is_redeeming
    from outcomes
    inner join touchpoints
        on outcomes.outcome_key = touchpoints.redeeming_order_id
    where outcomes.outcome_type = 'order'

),

-- Each outcome counts once: for the invitation that the order redeems, otherwise for the last word
-- of mouth before it.
credited as (

    select *
    from followed
    qualify
        row_number() over (
            partition by outcome_type, outcome_key
            order by
                case when is_redeeming then 0 else 1 end asc,
                contacted_at desc,
                referral_mechanism asc,
                touchpoint_key asc
        ) = 1

),

brought as (

    select
        touchpoint_key,
        referral_mechanism,
        count(*) filter (where outcome_type = 'order') as orders,
        count(*) filter (where is_first_order) as first_orders,
        count(*) filter (where outcome_type = 'store_visit') as store_visits,
        sum(net_revenue) as net_revenue
    from credited
    group by touchpoint_key, referral_mechanism

),

summed as (

    select
        {{ month_of(local_date('touchpoints.contacted_at')) }} as month,
        touchpoints.referral_mechanism,
        touchpoints.share_channel,
        count(*) as touchpoints,
        count(distinct touchpoints.person_id) as persons,
        count(touchpoints.is_redeemed) as invitations,
        count(*) filter (where touchpoints.is_redeemed) as redeemed,
        count(*) filter (where brought.orders > 0) as touchpoints_with_order,
        count(*) filter (where brought.store_visits > 0) as touchpoints_with_store_visit,
        cast(coalesce(sum(brought.orders), 0) as bigint) as orders,
        cast(coalesce(sum(brought.first_orders), 0) as bigint) as first_orders,
        cast(coalesce(sum(brought.net_revenue), 0) as decimal(18, 2)) as net_revenue,
        cast(coalesce(sum(brought.store_visits), 0) as bigint) as store_visits
    from touchpoints
    left join brought
        on
            touchpoints.touchpoint_key = brought.touchpoint_key
            and touchpoints.referral_mechanism = brought.referral_mechanism
    group by
        {{ month_of(local_date('touchpoints.contacted_at')) }},
        touchpoints.referral_mechanism,
        touchpoints.share_channel

),

word_of_mouth as (

    select
        {{ surrogate_key(['month', 'referral_mechanism', 'share_channel']) }} as word_of_mouth_id,

        month,
        referral_mechanism,
        share_channel,

        touchpoints,
        persons,
        case when invitations > 0 then redeemed end as redeemed,
        {{ ratio('redeemed', 'invitations', 6) }} as redemption_rate,
        orders,
        first_orders,
        net_revenue,
        {{ ratio('touchpoints_with_order', 'touchpoints', 6) }} as order_rate,
        store_visits,
        {{ ratio('touchpoints_with_store_visit', 'touchpoints', 6) }} as store_visit_rate
    from summed

)

select * from word_of_mouth
