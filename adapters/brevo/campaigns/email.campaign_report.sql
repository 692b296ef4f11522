-- One row per campaign that was sent: the counts. The export lacks: when it was made, orders,
-- revenue.
select
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
order by _row
