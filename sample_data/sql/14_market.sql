-- Advertising, searches, exchange rates and the e-mail tool's own tables.
create or replace table ad_day as
with clicks as (
    select day, source_id, count(*) as visits
    from web_visit
    where not is_bot and campaign_id is not null
    group by day, source_id
),

booked as (
    select
        day.day, day.date, source.*, coalesce(visits, 0) as visits, day.day * 1000 + source_id as key
    from day
    cross join source
    left join clicks using (day, source_id)
    where day.day between 0 and getvariable('days') - 1 and kind is not null
)

select
    day, date, platform, campaign_id, campaign_name, medium, source, kind, visits,
    if(platform = 'tiktok_ads', 'USD', 'EUR') as currency,
    -- The platform counts a few clicks whose page never loaded.
    (visits + floor(visits * 0.08 * u('lost clicks', key) + u('lost click', key) * 0.5))::bigint as clicks,
    floor((visits + 1 + getvariable('persons') * 0.0002) / click_rate * (0.8 + 0.4 * u('impressions', key)))::bigint as impressions,
    cost_per_click * (0.85 + 0.3 * u('cost', key)) as cost_per_click,
    key
from booked;

create or replace view out_ads__campaign_day as
select
    date, platform, campaign_id, campaign_name, medium, source, currency,
    round(clicks * cost_per_click + if(kind in ('display', 'video', 'social'), impressions * 0.0012, 0), 2)::decimal(18, 4) as cost,
    impressions,
    clicks,
    if(kind in ('display', 'video', 'social'), round(impressions * (1.5 + 10 * u('seen', key)), 1), null)::double as viewable_seconds,
    null::bigint as leads,
    kind,
    day as export_day
from ad_day
union all
select
    date, platform, campaign_id::varchar, campaign_name, medium, source, 'EUR',
    round(cost_per_day * getvariable('persons') / 1000 * (0.9 + 0.2 * u('booked', day * 100 + first_day)), 2)::decimal(18, 4),
    floor(impressions_per_day * getvariable('persons'))::bigint,
    if(kind = 'lead_form', floor(getvariable('persons') * 0.0004)::bigint, null),
    null,
    if(kind = 'lead_form', floor(getvariable('persons') * 0.0001 * (1 + u('leads', day)))::bigint, null),
    kind,
    day
from reference_offline_campaigns
inner join day on day >= first_day and (day - first_day) % every_days < length_days
where day < getvariable('days');

create or replace view out_search_console__query_day as
with searches as (
    select
        v.day,
        'https://www.casalume.example' || case
            when script.script like '%blog%' then '/blog' when script.script like 'research%' or script.script like 'purchase%' then '/prodotti'
            else '/'
        end as url,
        if(visit_hash % 10 < 3, null, term) as query,
        case session[1].geo.country when 'Switzerland' then 'che' when 'United Kingdom' then 'gbr' when 'United States' then 'usa' else 'ita' end as country,
        upper(session[1].device.category::varchar) as device,
        count(*) as clicks
    from ga4_visit as v
    inner join script on script.script = v.script
    where medium = 'organic' and source = 'google' and not is_bot
    group by all
)

select
    day.date as data_date,
    'sc-domain:casalume.example' as site_url,
    url,
    query,
    query is null as is_anonymized_query,
    country,
    device,
    (clicks + floor(clicks * (4 + 20 * u('shown', hash(day.day, url, query, country, device)))))::bigint as impressions,
    clicks,
    round(clicks * (5 + 60 * u('position', hash(day.day, url, query, country, device))), 1)::double as sum_position,
    day.day as export_day
from searches
inner join day using (day);

create or replace view out_reference__exchange_rate as
select
    date,
    currency,
    if(currency = 'EUR', 1, round(base * (1 + 0.012 * sin(datediff('day', date '2000-01-01', date) / 11.0)
        + 0.004 * (u('rate', datediff('day', date '2000-01-01', date) * 10 + number) - 0.5)), 6))::decimal(18, 8) as rate_to_eur,
    greatest(0, day) as export_day
from day
cross join (values ('EUR', 1.0, 1), ('CHF', 1.05, 2), ('GBP', 1.18, 3), ('USD', 0.92, 4)) as currencies(currency, base, number)
where day between -40 and getvariable('days') - 1
    -- The central bank publishes none at weekends.
    and (isodow(date) < 6 or u('no rate', day) >= getvariable('missing_rates'));

create or replace view out_email__campaign as
select
    id, name, subject, type, workflow_id, offer_id, is_personalised, as_timestamp(sent_t) as sent_at, export_day(sent_t) as export_day
from email_campaign;

create or replace view out_email__event as
select id, type, created, campaign_id::varchar as campaign_id, recipient, sent_by_id, url, user_agent, ip_address, filtered_event, export_day, person_id
from email_event;

-- What the e-mail tool itself reports of its newsletters and promotions, six hours and four days after
-- sending. Some reports count machines as people. A click counts as an open, as it does for us.
create or replace table email_report as
with version as (
    select
        campaign_no, id as campaign_id, name, subject, sent_t, sent_t + seconds as reported_t,
        u('report counts machines', campaign_no) < getvariable('machine_counting_reports') as counts_machines
    from email_campaign
    cross join (values (21600), (345600)) as versions(seconds)
    where type in ('newsletter', 'promotion') and sent_t + seconds < getvariable('end_t')
),

reported_message as (
    select
        reported_t, version.campaign_id, coalesce(sent_by_id, id) as message_key, any_value(person_id) as person_id,
        bool_or(type = 'BOUNCE') as is_bounced,
        bool_or(type = 'UNSUBSCRIBE') as is_unsubscribed,
        bool_or(type = 'SPAMREPORT') as is_complaint,
        count_if(type = 'OPEN' and (counts_machines or not is_machine)) as opens,
        count_if(type = 'CLICK' and (counts_machines or not is_machine)) as clicks
    from version
    inner join email_event as event on version.campaign_id = event.campaign_id::varchar and t < reported_t
    group by all
),

sale as (
    select reported_t, campaign_id, count(*) as orders, sum(total) as revenue
    from reported_message
    inner join version using (reported_t, campaign_id)
    inner join shop_order using (person_id)
    where opens + clicks > 0 and currency = 'EUR' and ordered_t between sent_t and reported_t
    group by all
)

select
    version.*,
    count(*) as recipients,
    count_if(is_bounced) as hard_bounces,
    sum(greatest(opens, (clicks > 0)::bigint))::bigint as opens,
    count_if(opens + clicks > 0) as unique_opens,
    sum(clicks)::bigint as clicks,
    count_if(clicks > 0) as unique_clicks,
    count_if(is_unsubscribed) as unsubscribes,
    count_if(is_complaint) as complaints,
    any_value(coalesce(orders, 0)) as orders,
    any_value(coalesce(revenue, 0)) as revenue
from version
inner join reported_message using (reported_t, campaign_id)
left join sale using (reported_t, campaign_id)
group by all;

-- The stores' own invitations are sent by a tool that exports no persons, in two variants.
create or replace table store_mailing as
with mailing as (
    select day.day, day.date, day.start_t + 36000 as sent_t, variant, day.day * 10 + number as key
    from day
    cross join (values ('A', 1), ('B', 2)) as variants(variant, number)
    where day.day between 0 and getvariable('days') - 2 and day(day.date) in (3, 18)
),

sent as (
    select *, (1 + floor(getvariable('persons') * (0.04 + 0.02 * u('store mailing', key))))::bigint as recipients
    from mailing
),

delivered as (
    select
        *,
        floor(recipients * 0.004)::bigint as hard_bounces,
        floor(recipients * 0.01)::bigint as soft_bounces,
        floor(recipients * (0.2 + 0.15 * u('store opens', key)))::bigint as unique_opens
    from sent
)

select
    *,
    floor(unique_opens * 1.4)::bigint as opens,
    floor(unique_opens * 0.12)::bigint as unique_clicks,
    floor(unique_opens * 0.15)::bigint as clicks,
    floor(recipients * 0.002)::bigint as unsubscribes,
    floor(unique_opens * 0.02)::bigint as orders
from delivered;

create or replace view out_email__campaign_report as
select
    'mailchimp' as tool, campaign_id, name as campaign_name, subject, null as variant, null::date as report_date,
    as_timestamp(sent_t) as sent_at, as_timestamp(reported_t) as reported_at,
    recipients, recipients - hard_bounces as delivered, opens, unique_opens, clicks, unique_clicks,
    null::bigint as bounces, hard_bounces, null::bigint as soft_bounces,
    unsubscribes, complaints, orders, revenue::decimal(18, 4) as revenue, 'EUR' as currency,
    local_day(reported_t) as export_day
from email_report
union all
select
    'brevo', 'inviti_negozi_' || strftime(date, '%Y_%m_%d'), 'Inviti nei negozi del ' || strftime(date, '%d/%m/%Y'),
    'Ti aspettiamo in negozio', variant, null, as_timestamp(sent_t), as_timestamp(sent_t + 43200),
    recipients, recipients - hard_bounces - soft_bounces, opens, unique_opens, clicks, unique_clicks,
    null, hard_bounces, soft_bounces, unsubscribes, 0, orders, orders * 45.50, null, local_day(sent_t + 43200)
from store_mailing;
