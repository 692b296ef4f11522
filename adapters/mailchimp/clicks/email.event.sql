-- One row per click.
select
    md5(concat_ws('|', 'mailchimp', campaign_id, lower(email), 'CLICK', happened_at, url)) as id,
    'CLICK' as type,
    happened_at as created,
    campaign_id,
    email as recipient,
    sent_by_id,
    url,
    ip as ip_address
from mailchimp_activity
order by _row
