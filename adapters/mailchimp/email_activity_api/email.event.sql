-- One row per open, click or bounce. A recipient without activity gives no row: the answer does not
-- say when the message was sent, only the campaign does.
with activities as (
    select
        _row,
        campaign_id,
        email,
        unnest(cast(json(activity) as json[])) as activity
    from export
    where json_valid(activity)
),

events as (
    select
        _row,
        campaign_id,
        email,
        upper(activity ->> 'action') as type,
        activity ->> 'url' as url,
        activity ->> 'ip' as ip,
        coalesce(
            strftime(try_cast(activity ->> 'timestamp' as timestamp), '%Y-%m-%d %H:%M:%S'),
            activity ->> 'timestamp'
        ) as happened_at
    from activities
)

select
    -- A bounce is known once per message; so it is the same event as that of the contacts' export.
    case type
        when 'BOUNCE' then md5(concat_ws('|', 'mailchimp', campaign_id, lower(email), type))
        else md5(concat_ws('|', 'mailchimp', campaign_id, lower(email), type, happened_at, url))
    end as id,
    type,
    happened_at as created,
    campaign_id,
    email as recipient,
    md5(concat_ws('|', 'mailchimp', campaign_id, lower(email), 'SENT')) as sent_by_id,
    url,
    ip as ip_address
from events
order by _row, happened_at, type, url
