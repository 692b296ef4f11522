-- One row per marketing e-mail: the counts. HubSpot counts recipients who opened or clicked, not
-- how often. The exports lack: when the report was made, orders, revenue.
select
    _row,
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
