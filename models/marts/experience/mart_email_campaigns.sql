-- E-mail campaigns as we count them from events of persons, beside what the e-mail tool reports.
with

campaigns as (

    select * from {{ ref('int_email_campaigns__described') }}

),

reported as (

    select * from {{ ref('int_email_reports__summed') }}

),

-- Recipients who answered, for tools that export neither sends nor deliveries.
campaigns_with_events as (

    select
        campaign_id,
        count(distinct case when touchpoint_type = 'email_open' then identifier_id end) as openers,
        count(distinct case when touchpoint_type = 'email_click' then identifier_id end)
            as clickers,
        count(distinct case when touchpoint_type = 'email_unsubscribe' then identifier_id end)
            as unsubscribers
    from {{ ref('fct_touchpoints') }}
    where
        source_table = 'email.event'
        and campaign_id is not null
        and not is_excluded
    group by campaign_id

),

counted as (

    select
        campaign_id,
        cast(sum(sends) as bigint) as sends,
        cast(sum(deliveries) as bigint) as deliveries,
        cast(sum(bounces) as bigint) as bounces,
        cast(sum(opens) as bigint) as opens,
        cast(sum(opens_with_machines) as bigint) as opens_with_machines,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(clicks_with_machines) as bigint) as clicks_with_machines,
        cast(sum(unsubscribes) as bigint) as unsubscribes,
        cast(sum(spam_reports) as bigint) as spam_reports,
        cast(sum(revenue_after_answer) as decimal(18, 2)) as revenue_after_answer
    from {{ ref('mart_email_engagement') }}
    where campaign_id <> '(none)'
    group by campaign_id

),

attributed as (

    select
        campaign_id,
        sum(conversion_share) as conversions,
        sum(revenue) as revenue
    from {{ ref('fct_attribution') }}
    where model = 'last' and campaign_id is not null
    group by campaign_id

),

seen as (

    select
        coalesce(campaigns_with_events.campaign_id, reported.campaign_id) as campaign_id,
        campaigns_with_events.openers,
        campaigns_with_events.clickers,
        campaigns_with_events.unsubscribers,
        case
            when reported.campaign_id is null then 'events'
            when campaigns_with_events.campaign_id is null then 'report'
            else 'both'
        end as evidence
    from campaigns_with_events
    full join reported
        on campaigns_with_events.campaign_id = reported.campaign_id

),

ours as (

    select
        seen.campaign_id,
        seen.evidence,
        counted.sends,
        counted.deliveries,
        counted.bounces,
        coalesce(counted.opens, seen.openers) as opens,
        counted.opens_with_machines,
        coalesce(counted.clicks, seen.clickers) as clicks,
        counted.clicks_with_machines,
        coalesce(counted.unsubscribes, seen.unsubscribers) as unsubscribes,
        counted.spam_reports,
        counted.revenue_after_answer
    from seen
    left join counted
        on seen.campaign_id = counted.campaign_id

),

mart_email_campaigns as (

    select
        ours.campaign_id,
        campaigns.campaign_name,
        coalesce(campaigns.campaign_type, '(unknown)') as campaign_type,
        campaigns.sent_date,
        reported.tool,
        ours.evidence,
        reported.reported_at,

        ours.sends,
        reported.recipients as reported_sends,
        reported.recipients - ours.sends as sends_difference,

        ours.deliveries,
        reported.deliveries as reported_deliveries,
        reported.deliveries - ours.deliveries as deliveries_difference,

        ours.bounces,
        reported.bounces as reported_bounces,
        reported.bounces - ours.bounces as bounces_difference,

        ours.opens,
        ours.opens_with_machines,
        reported.unique_opens as reported_opens,
        reported.unique_opens - ours.opens as opens_difference,
        reported.opens as reported_total_opens,

        ours.clicks,
        ours.clicks_with_machines,
        reported.unique_clicks as reported_clicks,
        reported.unique_clicks - ours.clicks as clicks_difference,
        reported.clicks as reported_total_clicks,

        ours.unsubscribes,
        reported.unsubscribes as reported_unsubscribes,
        reported.unsubscribes - ours.unsubscribes as unsubscribes_difference,

        ours.spam_reports,
        reported.spam_reports as reported_spam_reports,
        reported.spam_reports - ours.spam_reports as spam_reports_difference,

        ours.revenue_after_answer,
        cast(coalesce(attributed.conversions, 0) as decimal(18, 8)) as last_touch_conversions,
        cast(coalesce(attributed.revenue, 0) as decimal(18, 2)) as last_touch_revenue,
        reported.orders as reported_orders,
        reported.revenue_amount as reported_revenue
    from ours
    left join campaigns
        on ours.campaign_id = campaigns.campaign_id
    left join reported
        on ours.campaign_id = reported.campaign_id
    left join attributed
        on ours.campaign_id = attributed.campaign_id

)

select * from mart_email_campaigns
