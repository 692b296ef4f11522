-- One row per event of a transactional message, for the logs, the API and the webhooks. Every event
-- carries its message's id, so events of one message belong together, and the same event has the
-- same id in all three. The first opening is an open like any other.
--   tag, else the template's number -> campaign_id, with brevo- before it; brevo-transactional
--   without either
--   opens by a privacy proxy -> filtered_event
-- Not mapped: messages that were blocked, deferred or not sent for an error.
with events as (
    select
        *,
        regexp_replace(lower(event), '[ _]', '', 'g') as event_name,
        regexp_replace(message_id, '[<>]', '', 'g') as message
    from export
),

typed as (
    select
        *,
        case
            when event_name in ('sent', 'request', 'requests') then 'SENT'
            when event_name = 'delivered' then 'DELIVERED'
            when
                event_name in ('opened', 'firstopening', 'uniqueopened', 'loadedbyproxy')
                or event_name like '%proxyopen' then 'OPEN'
            when event_name in ('click', 'clicks', 'clicked') then 'CLICK'
            when
                event_name in ('invalidemail', 'invalid')
                or regexp_matches(event_name, '^(hard|soft)bounce[ds]*$') then 'BOUNCE'
            when event_name in ('unsubscribed', 'unsubscribe') then 'UNSUBSCRIBE'
            when event_name in ('spam', 'complaint') then 'SPAMREPORT'
        end as type
    from events
)

select
    * exclude (
        _file_name, _shop_currency, event, event_name, happened_at, subject, email, tag,
        template_id, message_id, message
    ),
    case
        when type = 'SENT' then md5(concat_ws('|', 'brevo', message, lower(email), type))
        else md5(concat_ws('|', 'brevo', message, lower(email), type, happened_at, url))
    end as id,
    happened_at as created,
    'brevo-' || coalesce(tag, 'template-' || template_id, 'transactional') as campaign_id,
    email as recipient,
    case when type <> 'SENT' then md5(concat_ws('|', 'brevo', message, lower(email), 'SENT')) end
        as sent_by_id,
    case when event_name like '%proxy%' then 'true' end as filtered_event
from typed
where type is not null
