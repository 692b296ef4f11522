-- One row per campaign: the counts. Delivered is what was sent and did not bounce, as Mailchimp's
-- own "successful deliveries" are counted. unique_clicks are the recipients who clicked.
-- The answer lacks: when it was made.
select
    'mailchimp' as tool,
    id as campaign_id,
    name as campaign_name,
    subject,
    sent_at,
    recipients,
    try_cast(recipients as bigint) - try_cast(hard_bounces as bigint)
    - try_cast(soft_bounces as bigint) as delivered,
    opens,
    unique_opens,
    clicks,
    unique_clicks,
    hard_bounces,
    soft_bounces,
    unsubscribes,
    complaints,
    orders,
    revenue,
    currency
from export
order by _row
