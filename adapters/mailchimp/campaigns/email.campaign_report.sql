-- One row per campaign: the counts, which belong to no person and have no times, and so are no
-- events. The export lacks: when it was made, the currency.
select
    'mailchimp' as tool,
    id as campaign_id,
    name as campaign_name,
    subject,
    sent_at,
    recipients,
    delivered,
    opens,
    unique_opens,
    clicks,
    unique_clicks,
    bounces,
    hard_bounces,
    soft_bounces,
    unsubscribes,
    complaints,
    nullif(orders, 'n/a') as orders,
    nullif(revenue, 'n/a') as revenue
from export
order by _row
