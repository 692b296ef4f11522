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
