-- One row per contact who unsubscribed by a link in a campaign, or whose address a campaign found
-- to be invalid: the only events of this export that have a time and a campaign.
with events as (
    select
        _row,
        email,
        unsubscribed_campaign_id as campaign_id,
        unsubscribed_at as happened_at,
        'UNSUBSCRIBE' as type
    from export
    union all
    select
        _row,
        email,
        cleaned_campaign_id as campaign_id,
        cleaned_at as happened_at,
        'BOUNCE' as type
    from export
)

select
    md5(concat_ws('|', 'mailchimp', campaign_id, lower(email), type)) as id,
    type,
    happened_at as created,
    campaign_id,
    email as recipient,
    md5(concat_ws('|', 'mailchimp', campaign_id, lower(email), 'SENT')) as sent_by_id
from events
where happened_at is not null and regexp_matches(campaign_id, '[0-9a-f]{6,}')
order by _row, type
