-- One row per contact who unsubscribed by a link in the campaign. Not mapped: the reason.
select
    md5(concat_ws('|', 'mailchimp', campaign_id, lower(email), 'UNSUBSCRIBE')) as id,
    'UNSUBSCRIBE' as type,
    happened_at as created,
    campaign_id,
    email as recipient,
    md5(concat_ws('|', 'mailchimp', campaign_id, lower(email), 'SENT')) as sent_by_id
from export
order by _row
