-- E-mail campaigns as we count them from events of persons, beside what the e-mail tool reports.
with

campaigns as (

    select * from {{ ref('int_email_campaigns__described') }}

),

reported as (

    select * from {{ ref('int_email_reports__summed') }}

),

campaigns_with_events as (

    select distinct campaign_id
    from {{ ref('fct_touchpoints') }}
    where
        source_table = 'email.event'
        and campaign_id is not null
        and not is_excluded

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
        case
            when reported.campaign_id is null then 'events'
            when campaigns_with_events.campaign_id is null then 'report'
            else 'both'
        end as evidence
    from campaigns_with_events
    full join reported
        on campaigns_with_events.campaign_id = reported.campaign_id

),

mart_email_campaigns as (

    select
        seen.campaign_id,
        campaigns.campaign_name,
        coalesce(campaigns.campaign_type, '(unknown)') as campaign_type,
        campaigns.sent_date,
        reported.tool,
        seen.evidence,
        reported.reported_at,

        counted.sends,
        reported.recipients as reported_sends,
        reported.recipients - counted.sends as sends_difference,

        counted.deliveries,
        reported.deliveries as reported_deliveries,
        reported.deliveries - counted.deliveries as deliveries_difference,

        counted.bounces,
        reported.bounces as reported_bounces,
        reported.bounces - counted.bounces as bounces_difference,

        counted.opens,
        counted.opens_with_machines,
        reported.unique_opens as reported_opens,
        reported.unique_opens - counted.opens as opens_difference,
        reported.opens as reported_total_opens,

        counted.clicks,
        counted.clicks_with_machines,
        reported.unique_clicks as reported_clicks,
        reported.unique_clicks - counted.clicks as clicks_difference,
        reported.clicks as reported_total_clicks,

        counted.unsubscribes,
        reported.unsubscribes as reported_unsubscribes,
        reported.unsubscribes - counted.unsubscribes as unsubscribes_difference,

        counted.spam_reports,
        reported.spam_reports as reported_spam_reports,
        reported.spam_reports - counted.spam_reports as spam_reports_difference,

        counted.revenue_after_answer,
        cast(coalesce(attributed.conversions, 0) as decimal(18, 8)) as last_touch_conversions,
        cast(coalesce(attributed.revenue, 0) as decimal(18, 2)) as last_touch_revenue,
        reported.orders as reported_orders,
        reported.revenue_amount as reported_revenue
    from seen
    left join campaigns
        on seen.campaign_id = campaigns.campaign_id
    left join reported
        on seen.campaign_id = reported.campaign_id
    left join counted
        on seen.campaign_id = counted.campaign_id
    left join attributed
        on seen.campaign_id = attributed.campaign_id

)

select * from mart_email_campaigns
