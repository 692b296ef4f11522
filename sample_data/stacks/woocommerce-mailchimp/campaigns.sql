-- file: mailchimp/campaigns.csv
-- One row per campaign with what Mailchimp counts, machines included.
with counts as (
    select
        campaign_id,
        min(created) as sent_at,
        count(*) filter (where type = 'SENT') as recipients,
        count(*) filter (where type = 'DELIVERED') as delivered,
        count(*) filter (where type = 'BOUNCE') as bounces,
        count(*) filter (where type = 'OPEN') as opens,
        count(distinct recipient) filter (where type = 'OPEN') as unique_opens,
        count(*) filter (where type = 'CLICK') as clicks,
        count(distinct recipient) filter (where type = 'CLICK') as unique_clicks,
        count(*) filter (where type = 'UNSUBSCRIBE') as unsubscribes,
        count(*) filter (where type = 'SPAMREPORT') as complaints
    from email_event
    group by campaign_id
)

select
    coalesce(email_campaign.name, counts.campaign_id) as "Title",
    coalesce(email_campaign.subject, 'News') as "Subject",
    'Clienti' as "List",
    strftime(shop_clock(counts.sent_at), '%b %d, %Y %I:%M %p') as "Send Date",
    counts.recipients as "Total Recipients",
    counts.delivered as "Successful Deliveries",
    0 as "Soft Bounces",
    counts.bounces as "Hard Bounces",
    counts.bounces as "Total Bounces",
    counts.unique_opens as "Unique Opens",
    counts.opens as "Total Opens",
    counts.unique_clicks as "Unique Clicks",
    counts.clicks as "Total Clicks",
    counts.unsubscribes as "Unsubscribes",
    counts.complaints as "Abuse Complaints",
    counts.campaign_id as "Unique Id"
from counts
left join email_campaign on counts.campaign_id = email_campaign.id
order by counts.sent_at, counts.campaign_id
