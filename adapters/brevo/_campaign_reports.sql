-- One row per campaign that was sent: the counts. The exports lack: when the report was made,
-- orders, revenue.
select
    _row,
    'brevo' as tool,
    'brevo-' || id as campaign_id,
    name as campaign_name,
    subject,
    sent_at,
    recipients,
    delivered,
    opens,
    unique_opens,
    clicks,
    unique_clicks,
    hard_bounces,
    soft_bounces,
    unsubscribes,
    complaints
from export
where sent_at is not null
