-- file: klaviyo/events_{day}.json
-- One answer of the API for each day: its events, and once each metric and profile they relate to.
with events as (
    select
        email_event.*,
        strftime(email_event.created, '%Y-%m-%d') as day,
        email_campaign.name as campaign_name,
        email_campaign.subject,
        case email_event.type
            when 'DELIVERED' then 'Received Email'
            when 'OPEN' then 'Opened Email'
            when 'CLICK' then 'Clicked Email'
            when 'BOUNCE' then 'Bounced Email'
            when 'UNSUBSCRIBE' then 'Unsubscribed from Email Marketing'
            when 'SPAMREPORT' then 'Marked Email as Spam'
        end as metric
    from email_event
    left join email_campaign on email_event.campaign_id = email_campaign.id
),

known as (
    select *
    from events
    where metric is not null
),

data as (
    select
        day,
        to_json(list(struct_pack(
            "type" := 'event',
            id := id,
            attributes := struct_pack(
                "datetime" := strftime(created, '%Y-%m-%dT%H:%M:%S+00:00'),
                event_properties := struct_pack(
                    "$message" := campaign_id,
                    "Recipient Email Address" := recipient,
                    "Campaign Name" := campaign_name,
                    "Subject" := subject,
                    "URL" := url,
                    "machine_open" := filtered_event
                )
            ),
            relationships := struct_pack(
                metric := struct_pack("data" := struct_pack("type" := 'metric', id := metric)),
                profile := struct_pack("data" := struct_pack("type" := 'profile', id := recipient))
            )
        ) order by created, id)) as events
    from known
    group by day
),

included as (
    select
        day,
        to_json(list(distinct struct_pack(
            "type" := kind, id := key, attributes := struct_pack("name" := name, email := email)
        ))) as related
    from (
        select
            day,
            'metric' as kind,
            metric as key,
            metric as name,
            null as email
        from known
        union all
        select
            day,
            'profile' as kind,
            recipient as key,
            null as name,
            recipient as email
        from known
    ) as all_related
    group by day
)

select
    data.day,
    '{"data": ' || data.events || ', "included": ' || included.related || '}' as document
from data
inner join included on data.day = included.day
order by data.day
