-- One row per e-mail campaign, or per variant of an A/B test: the counts.
-- Orders are the persons who placed one, as Klaviyo attributes them.
-- The export lacks: when it was made, the currency, and hard and soft bounces apart.
select
    'klaviyo' as tool,
    id as campaign_id,
    name as campaign_name,
    nullif(subject, '[MULTIPLE VARIATIONS]') as subject,
    variant,
    sent_at,
    recipients,
    delivered,
    opens,
    unique_opens,
    clicks,
    unique_clicks,
    bounces,
    unsubscribes,
    complaints,
    orders,
    revenue
from export
where coalesce(lower(channel), 'email') = 'email'
order by _row
