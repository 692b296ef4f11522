-- file: mailchimp/granular_activity/clicks/{campaign}.csv
-- Clicks of a campaign.
select
    campaign_id as campaign,
    strftime(created, '%Y-%m-%d %H:%M:%S') as "Timestamp",
    ip_address as "IP",
    recipient as "Email",
    url as "Url"
from email_event
where type = 'CLICK'
order by created, id
