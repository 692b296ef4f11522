-- One row per marketing e-mail: the counts. HubSpot counts recipients who opened or clicked, not
-- how often. The export lacks: when it was made, orders, revenue.
select
    'hubspot' as tool,
    coalesce(id, name) as campaign_id,
    name as campaign_name,
    subject,
    sent_at,
    recipients,
    delivered,
    unique_opens,
    unique_clicks,
    bounces,
    hard_bounces,
    soft_bounces,
    unsubscribes,
    complaints
from export
where sent_at is not null
order by _row
