-- E-mail campaigns, newest first: what the tool reports beside what we count.

select
    campaign_name,
    evidence,
    tool,
    deliveries,
    reported_deliveries,
    opens,
    opens_with_machines,
    reported_opens,
    clicks,
    reported_clicks,
    last_touch_revenue,
    reported_revenue
from marts.mart_email_campaigns
where
    sent_date is null
    or date_trunc('month', sent_date) between $first and $last
order by sent_date desc nulls last, campaign_id asc
limit $shown
