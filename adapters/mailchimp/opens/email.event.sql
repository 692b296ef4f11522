-- One row per open.
select
    md5(concat_ws('|', 'mailchimp', campaign_id, lower(email), 'OPEN', happened_at)) as id,
    'OPEN' as type,
    happened_at as created,
    campaign_id,
    email as recipient,
    sent_by_id,
    ip as ip_address
from mailchimp_activity
order by _row
