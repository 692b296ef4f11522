-- Texts that repeat, as enumerations: a table or a Parquet file of them takes half the time of one of
-- strings. Their members are sorted, so that an enumeration sorts as its text does.
-- The names of e-mail campaigns follow where these are made.
create or replace type category_text as enum (select distinct category from reference_products order by category);
create or replace type product_text as enum (select distinct title from reference_products order by title);
create or replace type vendor_text as enum (select distinct vendor from reference_products order by vendor);
create or replace macro product_code(number) as 'P' || lpad((100 + number)::varchar, 4, '0');
create or replace type product_code_text as enum (
    select product_code(row_number() over ()) as code from reference_products order by code
);

create or replace type store_text as enum (select id from reference_locations order by id);
create or replace type place_text as enum (
    select unnest([city, region]) as place from reference_locations
    union
    select unnest([
        'Italy', 'Lombardy', 'Milan', 'Lazio', 'Rome', 'Tuscany', 'Florence', 'Switzerland', 'Ticino', 'Lugano',
        'United Kingdom', 'England', 'London', 'United States', 'New York', 'Virginia', 'Oregon', 'Iowa',
        'Ashburn', 'Boardman', 'Council Bluffs'
    ])
    order by place
);
create or replace type currency_text as enum ('CHF', 'EUR', 'GBP', 'USD');
create or replace type language_text as enum ('de', 'en', 'it');
create or replace type persona_text as enum (select persona from reference_personas order by persona);

create or replace type channel_text as enum (select channel from reference_channels order by channel);
create or replace type contact_kind_text as enum (select distinct kind from reference_channels order by kind);
create or replace type phase_text as enum ('first', 'last', 'middle', 'only');
create or replace type source_text as enum (
    select distinct unnest([source, medium, channel_group]) as text from reference_sources
    union
    select unnest(['klarna.com', 'paypal.com', 'satispay.com'])
    order by text
);
create or replace type referrer_text as enum (select distinct referrer from reference_sources order by referrer);
create or replace type query_text as enum (select distinct query from reference_queries order by query);

create or replace type visit_kind_text as enum (
    'after order', 'bot', 'internal', 'kiosk', 'need', 'newsletter', 'test'
);
create or replace type script_text as enum (select script from reference_scripts order by script);
create or replace type goal_text as enum (
    select goal from reference_scripts union select 'test' order by goal
);
create or replace type event_text as enum (select distinct event_name from reference_page_events order by event_name);
create or replace type param_text as enum (
    select unnest([param_1, param_2, param_3, param_4, param_5]) as param from reference_events
    union
    select unnest([
        'debug_mode', 'ga_session_id', 'ga_session_number', 'gclid', 'page_location', 'page_referrer', 'page_title',
        'session_engaged', 'traffic_type'
    ])
    order by param
);
create or replace type machine_text as enum (
    'app', 'bot', 'desktop', 'internal', 'kiosk', 'mobile', 'shared tablet', 'tablet', 'test'
);
create or replace type device_text as enum (
    'Android', 'Android Webview', 'Chrome', 'Edge', 'Firefox', 'Googlebot', 'HeadlessChrome', 'Linux',
    'Macintosh', 'Safari', 'Samsung Internet', 'Windows', 'desktop', 'en-gb', 'en-us', 'iOS', 'it-it', 'mobile',
    'python-requests', 'tablet', 'www.casalume.example'
);
create or replace type stream_text as enum ('2100450001', '2100450002');
create or replace type platform_text as enum ('ANDROID', 'IOS', 'WEB');
create or replace type consent_text as enum ('No', 'Yes');
create or replace type debug_text as enum ('debug');

create or replace type order_source_text as enum ('app', 'facebook', 'instagram', 'phone', 'pos', 'web');
create or replace type payment_text as enum (
    'bank_transfer', 'card', 'cash', 'cash_on_delivery', 'klarna', 'paypal', 'satispay'
);
create or replace type payment_error_text as enum ('3ds_failed', 'card_declined', 'insufficient_funds', 'timeout');
create or replace type message_text as enum ('automation', 'newsletter', 'promotion', 'transactional');
create or replace type email_event_text as enum (
    'BOUNCE', 'CLICK', 'DELIVERED', 'FORWARD', 'OPEN', 'REPLY', 'SENT', 'SPAMREPORT', 'UNSUBSCRIBE'
);
create or replace type user_agent_text as enum (
    'Mozilla/5.0',
    'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/122.0 Mobile Safari/537.36',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Thunderbird/115.9',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/109.0 Safari/537.36',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/123.0 Safari/537.36',
    'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
    'Mozilla/5.0 (compatible; MailLinkScanner/2.1)',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148',
    'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html'
);
