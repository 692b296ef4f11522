-- How e-mails are received: by month, campaign or workflow, offer, and whether they were personal.
with

campaigns as (

    select * from {{ ref('int_email_campaigns__described') }}

),

identifiers as (

    select * from {{ ref('int_identifiers__resolved') }}

),

followers as (

    select
        person_id,
        min(touched_at) as followed_at
    from {{ ref('int_touchpoints__identity_resolved') }}
    where touchpoint_type = 'social_follow' and not is_excluded
    group by person_id

),

sent as (

    select
        {{ month_of('touched_date') }} as month,
        coalesce(campaign_id, '(none)') as campaign_key,
        count(*) filter (where touchpoint_type = 'email_sent') as sends,
        count(*) filter (where touchpoint_type = 'email_bounce') as bounces
    from {{ ref('fct_touchpoints') }}
    where
        touchpoint_type in ('email_sent', 'email_bounce')
        and not is_excluded
    group by {{ month_of('touched_date') }}, coalesce(campaign_id, '(none)')

),

-- Nobody knows when a message arrived whose sending was not exported: it counts in the month of the
-- first answer, and nothing is measured from its delivery.
all_messages as (

    select
        identifier_id,
        campaign_id,
        delivered_date as counted_date,
        is_opened,
        is_opened_with_machines,
        is_clicked,
        is_clicked_with_machines,
        is_replied,
        is_forwarded,
        is_unsubscribed,
        is_reported_as_spam,
        delivered_at,
        first_answered_at
    from {{ ref('int_email_messages__answered') }}

    union all

    select
        identifier_id,
        campaign_id,
        first_answered_date as counted_date,
        is_opened,
        is_opened_with_machines,
        is_clicked,
        is_clicked_with_machines,
        is_replied,
        is_forwarded,
        is_unsubscribed,
        is_reported_as_spam,
        cast(null as timestamp) as delivered_at,
        cast(null as timestamp) as first_answered_at
    from {{ ref('int_email_messages__unsent') }}

),

messages as (

    select
        all_messages.*,
        coalesce(all_messages.campaign_id, '(none)') as campaign_key,
        {{ month_of('all_messages.counted_date') }} as month,
        coalesce(identifiers.person_id, all_messages.identifier_id) as person_id
    from all_messages
    left join identifiers
        on all_messages.identifier_id = identifiers.identifier_id

),

received as (

    select
        messages.month,
        messages.campaign_key,
        count(messages.delivered_at) as deliveries,
        count(distinct messages.person_id) as recipients,
        count(*) filter (where messages.is_opened) as opens,
        count(*) filter (where messages.is_opened_with_machines) as opens_with_machines,
        count(*) filter (where messages.is_clicked) as clicks,
        count(*) filter (where messages.is_clicked_with_machines) as clicks_with_machines,
        count(*) filter (where messages.is_replied) as replies,
        count(*) filter (where messages.is_forwarded) as forwards,
        count(*) filter (where messages.is_unsubscribed) as unsubscribes,
        count(*) filter (where messages.is_reported_as_spam) as spam_reports,
        count(*) filter (where followers.person_id is not null) as deliveries_to_followers,
        count(*) filter (where followers.person_id is not null and messages.is_clicked)
            as clicks_of_followers,
        cast(median(
            {{ seconds_between('messages.delivered_at', 'messages.first_answered_at') }}
        ) as double) as median_seconds_to_answer
    from messages
    left join followers
        on
            messages.person_id = followers.person_id
            and messages.delivered_at >= followers.followed_at
    group by messages.month, messages.campaign_key

),

-- An order counts once for a campaign, however many of its messages it follows.
ordered_after as (

    select
        messages.month,
        messages.campaign_key,
        orders.order_id,
        max(orders.net_revenue) as net_revenue,
        bool_or(orders.ordered_at >= messages.first_answered_at) as is_after_answer,
        min({{ seconds_between('messages.delivered_at', 'orders.ordered_at') }})
            as seconds_to_order
    from messages
    inner join {{ ref('fct_orders') }} as orders
        on
            messages.person_id = orders.person_id
            and messages.delivered_at <= orders.ordered_at
            and orders.ordered_at
            <= messages.delivered_at + interval {{ var('email_response_days') }} day
    where orders.is_conversion
    group by messages.month, messages.campaign_key, orders.order_id

),

ordered as (

    select
        month,
        campaign_key,
        count(*) as orders,
        count(*) filter (where is_after_answer) as orders_after_answer,
        cast(sum(case when is_after_answer then net_revenue else 0 end) as decimal(18, 2))
            as revenue_after_answer,
        cast(median(case when is_after_answer then seconds_to_order end) as double)
            as median_seconds_to_order
    from ordered_after
    group by month, campaign_key

),

campaign_months as (

    select
        coalesce(sent.month, received.month) as month,
        coalesce(sent.campaign_key, received.campaign_key) as campaign_key,
        coalesce(sent.sends, 0) as sends,
        coalesce(sent.bounces, 0) as bounces,
        coalesce(received.deliveries, 0) as deliveries,
        sum(coalesce(sent.sends, 0) + coalesce(received.deliveries, 0)) over (
            partition by coalesce(sent.campaign_key, received.campaign_key)
        ) > 0 as is_sent
    from sent
    full join received
        on
            sent.month = received.month
            and sent.campaign_key = received.campaign_key

),

mart_email_engagement as (

    select
        campaign_months.month,
        campaign_months.campaign_key as campaign_id,
        campaigns.campaign_name,
        coalesce(campaigns.campaign_type, '(unknown)') as campaign_type,
        campaigns.workflow_id,
        campaigns.offer_id,
        campaigns.is_personalised,

        case when campaign_months.is_sent then campaign_months.sends end as sends,
        campaign_months.bounces,
        {{ ratio('campaign_months.bounces', 'campaign_months.sends') }} as bounce_rate,
        case when campaign_months.is_sent then campaign_months.deliveries end as deliveries,
        case when campaign_months.is_sent then coalesce(received.recipients, 0) end as recipients,

        coalesce(received.opens, 0) as opens,
        coalesce(received.opens_with_machines, 0) as opens_with_machines,
        {{ ratio('received.opens', 'received.deliveries') }} as open_rate,
        {{ ratio('received.opens_with_machines', 'received.deliveries') }}
            as open_rate_with_machines,
        coalesce(received.clicks, 0) as clicks,
        coalesce(received.clicks_with_machines, 0) as clicks_with_machines,
        {{ ratio('received.clicks', 'received.deliveries') }} as click_rate,
        {{ ratio('received.clicks_with_machines', 'received.deliveries') }}
            as click_rate_with_machines,
        coalesce(received.replies, 0) as replies,
        coalesce(received.forwards, 0) as forwards,
        coalesce(received.unsubscribes, 0) as unsubscribes,
        {{ ratio('received.unsubscribes', 'received.deliveries') }} as unsubscribe_rate,
        coalesce(received.spam_reports, 0) as spam_reports,

        case when campaign_months.is_sent then coalesce(received.deliveries_to_followers, 0) end
            as deliveries_to_followers,
        case when campaign_months.is_sent then coalesce(received.clicks_of_followers, 0) end
            as clicks_of_followers,

        case when campaign_months.is_sent then coalesce(ordered.orders, 0) end as orders,
        case when campaign_months.is_sent then coalesce(ordered.orders_after_answer, 0) end
            as orders_after_answer,
        cast(
            case when campaign_months.is_sent then coalesce(ordered.revenue_after_answer, 0) end
            as decimal(18, 2)
        ) as revenue_after_answer,
        {{ ratio('ordered.orders_after_answer', 'received.deliveries') }} as order_rate,
        {{ ratio('received.median_seconds_to_answer', '3600', 2) }} as median_hours_to_answer,
        {{ ratio('ordered.median_seconds_to_order', '3600', 2) }} as median_hours_to_order
    from campaign_months
    left join received
        on
            campaign_months.month = received.month
            and campaign_months.campaign_key = received.campaign_key
    left join ordered
        on
            campaign_months.month = ordered.month
            and campaign_months.campaign_key = ordered.campaign_key
    left join campaigns
        on campaign_months.campaign_key = campaigns.campaign_id

)

select * from mart_email_engagement
