-- Orders that employees place to test the checkout.
create or replace table test_order as
select
    visit_key,
    9000000000000 + visit_key % 1000000000000 as order_number,
    (9000000000000 + visit_key % 1000000000000)::varchar as order_id,
    page_us(visit_key, t, thanks_position, visit.pace) // 1000000 as ordered_t,
    product.*
from visit
inner join product on product.product_id = 1 + floor(u('test product', visit_key) * 64)::bigint
where visit.kind = 'test';

create or replace table ordered_times as
select person_id, min(ordered_t) as first_ordered_t from shop_order where not is_cancelled group by person_id;

-- Visits with what their events need to know. Only as wide as must be: this is the largest table, and
-- it is sorted, and stays so. What follows from its columns is in `ga4_visit`.
set preserve_insertion_order = true;
create or replace table web_visit as
with joined as (
    select
        visit.*,
        -- A refusal that no tag obeys is a refusal; only what is written differs.
        visit.is_refused and u('careless tag', visit.visit_key) >= getvariable('careless_tags') as lacks_identifiers,
        script.checkout_position,
        person.city as home_city,
        person.region as home_region,
        person.currency as person_currency,
        person.language as person_language,
        coalesce(company_customer_id(visit.company), person.customer_id) as customer_id,
        account.created_t as account_t,
        shop_order.has_account as order_has_account,
        coalesce(shop_order.order_id, test_order.order_id) as order_id,
        coalesce(shop_order.total::double, test_order.price) as order_total,
        coalesce(shop_order.tax::double, round(test_order.price * 0.22 / 1.22, 2)) as order_tax,
        coalesce(shop_order.shipping::double, 0) as order_shipping,
        coalesce(shop_order.pieces, 1) as order_pieces,
        shop_order.payment_method,
        coalesce(cart.subtotal::double, test_order.price, 0) as cart_value,
        coalesce(cart.currency, 'EUR') as currency,
        case
            when test_order.order_id is not null then
                [ga4_item(test_order.id, test_order.title, test_order.vendor, test_order.category, test_order.price, 1, null)]
            else cart_items.items
        end as cart_items,
        outcome.product_id as need_product_id,
        category_product.products as need_products,
        tomorrow.start_t * 1000000 as midnight_us,
        -- What another order of the visit is, from the page after the first one's thanks.
        if(second_order.order_id is null, null, {
            'after_position': script.thanks_position,
            'order_id': second_order.order_id,
            'order_total': second_order.total::double,
            'order_tax': second_order.tax::double,
            'order_shipping': second_order.shipping::double,
            'order_pieces': second_order.pieces,
            'cart_value': second_order.subtotal::double,
            'cart_items': second_items.items
        }) as second_order,
        case
            when visit.is_order and u('other site', visit.visit_key) < getvariable('payment_referrals')
                and shop_order.payment_method in ('klarna', 'paypal', 'satispay')
                then shop_order.payment_method || '.com'
        end::source_text as payment_site
    from visit
    inner join day as tomorrow on tomorrow.day = visit.day + 1
    inner join script on script.script = visit.script
    left join person on person.person_id = visit.person_id
    left join account on account.person_id = visit.person_id
    left join shop_order on shop_order.need_id = if(visit.is_order, visit.need_id, null)
    left join shop_order as second_order on second_order.need_id = if(visit.is_order, second_need_id(visit.need_id), null)
    left join cart_items as second_items on second_items.need_id = second_order.need_id
    left join test_order on test_order.visit_key = visit.visit_key
    left join cart on cart.need_id = if(visit.has_cart, visit.need_id, null)
    left join cart_items on cart_items.need_id = if(visit.has_cart, visit.need_id, null)
    left join outcome on outcome.need_id = visit.need_id
    left join category_product on category_product.category = coalesce(outcome.category,
        case 1 + floor(u('category', visit.visit_key) * 8)::int
            when 1 then 'Arredo' when 2 then 'Coltelli' when 3 then 'Dispensa' when 4 then 'Elettrici'
            when 5 then 'Illuminazione' when 6 then 'Pentole' when 7 then 'Tavola' else 'Tessili'
        end)
),

logged_in as (
    select
        *,
        case
            when lacks_identifiers or is_bot or is_internal then null
            when company is not null then if(u('stays logged in', visit_key) < 0.4, -1, checkout_position)
            when account_t is null then null
            when is_order and not order_has_account then null
            when is_order and account_t >= t then thanks_position
            when is_order then if(u('stays logged in', visit_key) < 0.4, -1, checkout_position)
            when goal = 'signup' and account_t between t and t + 200 then last_position
            when goal in ('support', 'return_help') and account_t < t then -1
            when account_t < t and u('logged in', visit_key) < if(device_kind in ('kiosk', 'app'), 0.6, 0.3) then -1
        end as login_position,
        [
            coalesce(need_product_id, pick(need_products, u('slot 1', visit_key))),
            pick(need_products, u('slot 2', visit_key)),
            pick(need_products, u('slot 3', visit_key)),
            1 + floor(u('slot 4', visit_key) * 64)::bigint
        ] as products,
        case device_kind when 'bot' then 'bot' when 'kiosk' then 'kiosk' when 'shared tablet' then 'tablet' else device_kind end::machine_text as machine
    from joined
)

select
    * exclude (
        checkout_position, thanks_position, has_cart, cookie_id, account_t, order_has_account, need_product_id,
        need_products
    ),
    pick(['card_declined', 'insufficient_funds', 'timeout', '3ds_failed'], u('error', visit_key))::payment_error_text as payment_error,
    case
        when medium in ('email', 'sms') or source = 'amico' or source_id in (select source_id from source where campaign_name is not null and not google_click)
            then '?utm_source=' || source || '&utm_medium=' || medium || coalesce('&utm_campaign=' || campaign, '')
        when is_google_click then '?gclid=Cj0KCQ' || format('{:x}', visit_hash)
        else ''
    end as query_string,
    if(u('late', visit_key) < getvariable('late') and not is_bot, pick([1, 1, 1, 2, 2, 3, 5], u('how late', visit_key)), 0) as late_days,
    1 + (visit_hash % 3)::int as late_from,
    u('duplicate', visit_key) < getvariable('duplicates') as has_duplicates,
    is_order and u('duplicate', visit_key) >= getvariable('duplicates')
        and u('reload', visit_key) < getvariable('repeated_purchases') as has_reload,
    u('batch', visit_key) < getvariable('shared_batches') as shares_batch,
    u('not set', visit_key) < getvariable('not_set') as says_not_set,
    if(u('says nothing', visit_key) < getvariable('empty_values') / 10, pick(empty_keys(), u('how it says nothing', visit_key)), null)
        as empty_user_id
from logged_in
order by day, t, visit_key;

-- The columns that GA4 repeats on every event of a session. Campaigns are strings in what is written: an
-- enumeration of them grows with the window, and would change every file with it.
create or replace type ga4_device as struct(
    category device_text, operating_system device_text, language device_text,
    web_info struct(browser device_text, hostname device_text)
);
create or replace type ga4_geo as struct(country place_text, region place_text, city place_text);
create or replace type ga4_first_source as struct("name" varchar, medium source_text, source source_text);
create or replace type ga4_collected as struct(
    manual_campaign_id varchar, manual_campaign_name varchar, manual_source source_text,
    manual_medium source_text, manual_term varchar, manual_content varchar, gclid varchar, dclid varchar,
    srsltid varchar
);
create or replace type ga4_last_click as struct(
    manual_campaign struct(campaign_name varchar, source source_text, medium source_text),
    google_ads_campaign struct(campaign_name varchar, campaign_id varchar),
    cross_channel_campaign struct(
        campaign_name varchar, source source_text, medium source_text, default_channel_group source_text
    )
);
create or replace type ga4_privacy as struct(
    analytics_storage consent_text, ads_storage consent_text, uses_transient_token consent_text
);

-- Visits with these columns, as the one member of a list: a list goes through the joins that follow as
-- one column, where a structure goes as every one of its fields.
create or replace view ga4_visit as
with described as (
    select
        *,
        case machine
            when 'mobile' then pick(['iOS', 'Android', 'Android'], u('os', device_id))
            when 'tablet' then pick(['iOS', 'Android'], u('os', device_id))
            when 'app' then pick(['iOS', 'Android'], u('os', device_id))
            when 'bot' then 'Linux'
            when 'kiosk' then 'Android'
            else pick(['Windows', 'Windows', 'Macintosh'], u('os', device_id))
        end as operating_system,
        u('travels', visit_key) < 0.08 as is_travelling,
        'Cj0KCQ' || format('{:x}', visit_hash) as gclid,
        if(says_not_set, '(not set)', null) as not_set
    from web_visit
)

select
    * exclude (
        home_city, home_region, person_language, person_currency, machine, is_travelling, first_source, last_click, not_set
    ),
    [{
        'stream_id': stream_id,
        'device': {
            'category': case when machine in ('mobile', 'app') then 'mobile' when machine in ('tablet', 'kiosk') then 'tablet' else 'desktop' end,
            'operating_system': operating_system,
            'language': if(is_bot, 'en-us', if(person_language = 'en', 'en-gb', 'it-it')),
            'web_info': if(machine = 'app', null, {
                'browser': case
                    when is_bot then pick(['HeadlessChrome', 'HeadlessChrome', 'Googlebot', 'python-requests'], u('bot', device_id))
                    when operating_system in ('iOS', 'Macintosh') then pick(['Safari', 'Safari', 'Chrome'], u('browser', device_id))
                    when operating_system = 'Android' then pick(['Chrome', 'Chrome', 'Samsung Internet', 'Android Webview'], u('browser', device_id))
                    else pick(['Chrome', 'Chrome', 'Edge', 'Firefox'], u('browser', device_id))
                end,
                'hostname': 'www.casalume.example'
            })
        }::ga4_device,
        'geo': (case
            when is_bot then {
                'country': 'United States',
                'region': pick(['Virginia', 'Oregon', 'Iowa'], u('bot city', device_id)),
                'city': pick(['Ashburn', 'Boardman', 'Council Bluffs'], u('bot city', device_id))
            }
            when is_internal then {'country': 'Italy', 'region': 'Lombardy', 'city': 'Milan'}
            when person_currency = 'CHF' then {'country': 'Switzerland', 'region': 'Ticino', 'city': 'Lugano'}
            when person_currency = 'GBP' then {'country': 'United Kingdom', 'region': 'England', 'city': 'London'}
            when person_currency = 'USD' then {'country': 'United States', 'region': 'New York', 'city': 'New York'}
            when is_travelling then {
                'country': 'Italy', 'region': pick(['Lazio', 'Lombardy', 'Tuscany'], u('away', visit_key)),
                'city': pick(['Rome', 'Milan', 'Florence'], u('away', visit_key))
            }
            else {'country': 'Italy', 'region': home_region, 'city': home_city}
        end)::ga4_geo,
        'traffic_source': if(is_refused, null, first_source)::ga4_first_source,
        'collected': if(medium = '(none)', null, {
            'manual_campaign_id': coalesce(email_campaign_id, if(is_google_click, null, campaign_id)),
            'manual_campaign_name': coalesce(if(is_google_click, null, campaign), not_set),
            'manual_source': if(is_google_click, null, source),
            'manual_medium': if(is_google_click, null, medium),
            'manual_term': coalesce(if(medium = 'cpc' and not is_google_click, term, null), not_set),
            'manual_content': not_set,
            'gclid': if(is_google_click, gclid, null),
            'dclid': null::varchar,
            'srsltid': if(source = 'shopping.google.com', 'AfmBO' || format('{:x}', visit_hash), null)
        })::ga4_collected,
        'session_last_click': if(is_refused or u('older export', visit_key) < getvariable('without_last_click'), null, {
            'manual_campaign': {
                'campaign_name': coalesce(last_click.campaign, '(not set)'),
                'source': coalesce(last_click.source, '(direct)'),
                'medium': coalesce(last_click.medium, '(none)')
            },
            'google_ads_campaign': if(coalesce(last_click.is_google_click, false), {
                'campaign_name': last_click.campaign, 'campaign_id': last_click.campaign_id
            }, null),
            'cross_channel_campaign': {
                'campaign_name': coalesce(last_click.campaign, if(last_click is null, '(direct)', '(' || last_click.medium || ')')),
                'source': coalesce(last_click.source, '(direct)'),
                'medium': coalesce(last_click.medium, '(none)'),
                'default_channel_group': coalesce(last_click.channel_group, 'Direct')
            }
        })::ga4_last_click,
        'privacy_info': {
            'analytics_storage': if(is_refused, 'No', 'Yes'),
            'ads_storage': if(is_refused, 'No', 'Yes'),
            'uses_transient_token': if(is_refused, 'Yes', 'No')
        }::ga4_privacy,
        'platform': if(device_kind <> 'app', 'WEB', if(operating_system = 'iOS', 'IOS', 'ANDROID'))::platform_text
    }] as session,
    -- What GA4 notes when a visitor comes back from the site of the payment.
    if(payment_site is null, null, {
        'manual_campaign_id': null, 'manual_campaign_name': '(referral)', 'manual_source': payment_site,
        'manual_medium': 'referral', 'manual_term': null, 'manual_content': null, 'gclid': null, 'dclid': null,
        'srsltid': null
    })::ga4_collected as payment_source
from described;

-- Days of which half the visits also come in another file, and the day it arrives: again a day later, or as
-- GA4's intraday copy.
create or replace table copied_day as
select day, 'reexport' as kind, day + 1 as arrival, 0 as half
from day
where day >= 0 and u('reexport', day) < getvariable('reexports')
union all
select day, 'intraday', day, 1
from day
where day >= 0 and u('intraday', day) < getvariable('intraday');

-- The events each script may fire, and their second copies, by number, with the parameters and items that
-- come with them.
create or replace table script_step as
select
    row_number() over (order by script, number, copy)::int as step,
    script_event.* replace (event_name::event_text as event_name) rename ("position" as page_position),
    copy = 1 as is_copy,
    coalesce(reference_events.event = 'entrance', false) as is_entrance,
    param_1::param_text as param_1,
    param_2::param_text as param_2,
    param_3::param_text as param_3,
    param_4::param_text as param_4,
    param_5::param_text as param_5,
    list_count([param_1, param_2, param_3, param_4, param_5])::int as own_params,
    coalesce(items = 'cart', false) as shows_cart,
    items is not null as shows_items
from script_event
cross join range(2) as copies(copy)
left join reference_events
    on reference_events.event = if("position" = 0 and event_name = 'page_view', 'entrance', event_name);

-- The same as lists of numbers: a list keeps its order however the visits are read. `steps_twice`
-- is for visits of which events come twice.
create or replace table script_steps as
select
    script,
    list(step order by step) filter (where not is_copy) as steps,
    list(step order by step) as steps_twice
from script_step
group by script;

-- Visits on days of a faulty release whose first page view also comes as a row nobody can use.
create or replace table broken_visit (visit_key bigint);

-- The events that visits of these days fire, or those whose tail is so many days late, in the order
-- of the visits. Inner joins only: a left
-- join would put the visits that it finds before those that it does not.
-- `copy`: 0 the event, 1 a second copy, 2 a broken row, 3 a purchase sent again.
create or replace macro fired_event(first_day, last_day, least_late, only_faulty := false) as table
with listed as (
    select
        v.*,
        s.steps,
        s.steps_twice,
        v.visit_key in (from broken_visit) as is_broken
    from ga4_visit as v
    inner join script_steps as s on s.script = v.script
    -- Of the day before, those that may go on after midnight.
    where v.day between first_day and last_day and v.late_days >= least_late
        and v.t > midnight_t(first_day + 1) - 7200
        and (not only_faulty or is_faulty_day('ga4.event', v.day))
),

unrolled as (
    select
        * exclude (steps, steps_twice),
        unnest(if(has_duplicates or is_broken or has_reload, steps_twice, steps)) as step
    from listed
),

fired as (
    select
        unrolled.* exclude (step, is_broken),
        e.page,
        e.page_position as position,
        e.event_name,
        e.number,
        e.is_entrance,
        e.param_1,
        e.param_2,
        e.param_3,
        e.param_4,
        e.param_5,
        e.own_params,
        e.shows_cart,
        e.shows_items,
        if(e.is_copy, case when is_broken then 2 when has_reload then 3 else 1 end, 0) as copy,
        products[e.slot] as product_id,
        e.page_number + if(e.needs_product, products[e.slot], 0) as page_key,
        coalesce(e.from_page_number + if(e.from_needs_product, products[e.from_slot], 0), 0) as from_page_key,
        page_us(visit_key, t, e.page_position, pace)
            + if(shares_batch, 0, (17500000 * pace * e.place)::bigint)
            + if(e.is_copy and has_reload and not is_broken, 90000000 + visit_hash % 600000000, 0)::bigint as event_us,
        visit_key * 256 + e.number as event_key,
        ((visit_hash >> 8) // 64 * 64)::bigint + e.page_position as bundle,
        late_days > 0 and e.page_position >= late_from as is_late
    from unrolled
    inner join script_step as e on e.step = unrolled.step
    where (e.page_probability = 1 or u('sees page', visit_key * 64 + e.page_position) < e.page_probability)
        and (e.probability = 1 or u('fires', visit_key * 256 + e.number) < e.probability)
        and (e.event_name <> 'first_visit' or session_number = 1)
        and (e.event_name <> 'login' or login_position = e.page_position)
        and (not e.is_copy or case
            when is_broken then e.is_entrance
            when has_reload then e.event_name = 'purchase'
            else u('twice', visit_key * 256 + e.number) < 0.4
        end)
)

select
    * exclude (second_order) replace (
        if(position > second_order.after_position, second_order.order_id, order_id) as order_id,
        if(position > second_order.after_position, second_order.order_total, order_total) as order_total,
        if(position > second_order.after_position, second_order.order_tax, order_tax) as order_tax,
        if(position > second_order.after_position, second_order.order_shipping, order_shipping) as order_shipping,
        if(position > second_order.after_position, second_order.order_pieces, order_pieces) as order_pieces,
        if(position > second_order.after_position, second_order.cart_value, cart_value) as cart_value,
        if(position > second_order.after_position, second_order.cart_items, cart_items) as cart_items
    ),
    day + (event_us >= midnight_us)::int as event_day
from fired;

-- Only visits whose first page is always seen and whose rows all come once and in time.
insert into broken_visit
with sizes as (
    select day, count(*) as events
    from fired_event(-1, getvariable('days') - 1, 0, only_faulty := true)
    where not is_late
    group by day
)

select visit_key
from web_visit
inner join sizes using (day)
where kind = 'need' and not has_duplicates and not has_reload and late_days = 0
qualify events >= 200
    and row_number() over (partition by day order by u('broken', visit_key), visit_key)
    <= floor(events * getvariable('faulty_share'));
