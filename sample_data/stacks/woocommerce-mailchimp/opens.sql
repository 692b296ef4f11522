-- file: mailchimp/granular_activity/opens/{campaign}.csv
-- Opens of a campaign; Mailchimp does not tell those of machines.
select
    campaign_id as campaign,
    strftime(created, '%Y-%m-%d %H:%M:%S') as "Timestamp",
    ip_address as "IP",
    recipient as "Email"
from email_event
where type = 'OPEN'
order by created, id
