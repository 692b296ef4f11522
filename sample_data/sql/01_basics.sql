-- Chance without a generator: every draw is a hash of (seed, what for, whose), so that nothing
-- depends on the order of rows, on threads or on how many days are asked for. Hashed once more,
-- because the hash of several values merely combines theirs: two purposes would go together.
create or replace macro u(purpose, id) as
    (hash(hash(getvariable('seed'), purpose, id)) >> 11)::double / 9007199254740992.0;
create or replace macro exponential(purpose, id) as -ln(1 - u(purpose, id));
create or replace macro pick(list, x) as list[1 + floor(x * len(list))::bigint];

-- Times are seconds since 1970 in UTC (`*_t`); days are counted from the first day of the window.
create or replace macro local_day(t) as
    datediff('day', getvariable('start_date'), timezone('Europe/Rome', to_timestamp(t))::date);
create or replace macro as_timestamp(t) as make_timestamp(t::bigint * 1000000);
-- The file a row is exported in: that of its day, or the first one for what is older.
create or replace macro export_day(t) as greatest(0, local_day(t));

-- When a day begins.
create or replace macro midnight_t(number) as
    epoch(timezone('Europe/Rome', (getvariable('start_date') + (number)::int)::timestamp))::bigint;

-- Days of the window, 1000 before it (old customers) and 400 after (the tail of what began in it).
create or replace table day as
select
    range::int as day,
    getvariable('start_date') + range::int as date,
    strftime(getvariable('start_date') + range::int, '%Y%m%d') as event_date,
    midnight_t(range) as start_t
from range(-1000, getvariable('days') + 400);

create or replace macro opening_seconds(fraction) as (34200 + fraction * 36000)::bigint;

-- Local hours at which people are online: a quantile function in 50 steps.
set variable hours = [
    0.3, 0.9, 6.8, 7.3, 7.7, 8.1, 8.5, 8.9, 9.3, 9.7, 10.1, 10.5, 10.9, 11.3, 11.7, 12.1, 12.4, 12.7,
    13.0, 13.3, 13.6, 13.9, 14.3, 14.8, 15.3, 15.8, 16.3, 16.7, 17.1, 17.5, 17.9, 18.3, 18.6, 18.9,
    19.2, 19.5, 19.8, 20.1, 20.4, 20.6, 20.8, 21.0, 21.2, 21.4, 21.6, 21.8, 22.1, 22.5, 23.0, 23.6
];
create or replace macro online_seconds(x, y) as
    least(86399, (pick(getvariable('hours'), x) * 3600 + y * 1430))::bigint;

-- One parameter of a GA4 event.
create or replace macro param(name, text, whole, fraction) as {
    'key': name::param_text,
    'value': {
        'string_value': text::varchar, 'int_value': whole::bigint, 'float_value': null::double,
        'double_value': fraction::double
    }
};
create or replace macro text_param(name, text) as param(name, text, null, null);
create or replace macro int_param(name, whole) as param(name, null, whole, null);

-- One item of a GA4 event.
create or replace macro ga4_item(id, title, vendor, category, price, quantity, coupon) as {
    'item_id': id, 'item_name': title, 'item_brand': vendor, 'item_variant': null::varchar,
    'item_category': category, 'price': price::double, 'quantity': quantity::bigint, 'coupon': coupon::varchar,
    'promotion_id': null::varchar
};

-- Broken rows come on days of a faulty release, and then are `faulty_share` of the day's rows: so
-- that no file has 1 % of them, and all days together have the share that is set.
create or replace macro is_faulty_day(table_name, number) as
    u('faulty release of ' || table_name, number) < getvariable('broken') / getvariable('faulty_share');

-- What systems write where they have no value, by kind of value.
create or replace macro empty_emails() as ['', 'n/d', 'noemail@noemail.com', '(not set)', 'null'];
create or replace macro empty_phones() as ['', 'n/d', '0000000000', '1111111111', '-'];
create or replace macro empty_keys() as ['', '0', 'N/A', 'undefined', '(not set)', '-1'];
create or replace macro or_empty(value, texts, id) as coalesce(
    value,
    if(u('says nothing', id) < getvariable('empty_values'), pick(texts, u('how it says nothing', id)), null)
);

-- Keys as other systems write them: a spreadsheet, an interface, a form.
create or replace macro spelled_key(key, id) as
    if(u('spelling', id) < getvariable('key_spellings'), case (u('which spelling', id) * 3)::int
        when 0 then key || '.0' when 1 then ' ' || key when 2 then 'gid://shopify/Node/' || key else key || chr(160)
    end, key);

-- E-mail addresses as people paste them.
create or replace macro pasted_email(email, id) as
    if(u('pasted', id) < getvariable('wrapped_emails'), case (u('how pasted', id) * 4)::int
        when 0 then 'mailto:' || email when 1 then '<' || email || '>' when 2 then email || chr(8203)
        when 3 then chr(65279) || email else upper(email) || ' '
    end, email);

-- The customer on which tills book purchases without an account.
create or replace macro standing_customer_id() as '7999999999999';

-- A company's account: one customer, one contact and one address, which its employees share. Companies
-- are counted from 1 and have so many employees.
create or replace macro company_of(person_id) as (person_id - 1) // 24 + 1;
create or replace macro company_customer_id(company) as (7900000000000 + company)::varchar;
create or replace macro company_contact_id(company) as (90000000 + company)::varchar;
create or replace macro company_email(company) as 'ordini@azienda' || company || '.example.com';

-- The number of the order that follows one of a need in the same visit: no need has it.
create or replace macro second_need_id(need_id) as need_id + 400000000000;

-- A text as HTML writes it.
create or replace macro html_text(text) as
    replace(replace(replace(replace(replace(replace(replace(replace(
        text, '&', '&amp;'), 'à', '&agrave;'), 'è', '&egrave;'), 'é', '&#233;'), 'ì', '&igrave;'), 'ò', '&ograve;'),
        'ù', '&ugrave;'), chr(39), '&#39;');
