-- Visits with the columns GA4 repeats on every event of a session, made once per session.

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

create or replace table web_visit as
with joined as (
    select
        visit.*,
        script.checkout_position,
        person.city as home_city,
        person.region as home_region,
        person.currency as person_currency,
        person.language as person_language,
        person.customer_id,
        account.created_t as account_t,
        shop_order.has_account as order_has_account,
        shop_order.ordered_t as visit_ordered_t,
        coalesce(shop_order.order_id, test_order.order_id) as order_id,
        coalesce(shop_order.total::double, test_order.price) as order_total,
        coalesce(shop_order.tax::double, round(test_order.price * 0.22 / 1.22, 2)) as order_tax,
        coalesce(shop_order.shipping::double, 0) as order_shipping,
        coalesce(shop_order.pieces, 1) as order_pieces,
        shop_order.payment_method,
        coalesce(cart.has_coupon, false) as has_coupon,
        coalesce(cart.subtotal::double, test_order.price, 0) as cart_value,
        coalesce(cart.currency, 'EUR') as currency,
        case
            when test_order.order_id is not null then [{
                'item_id': test_order.id, 'item_name': test_order.title, 'item_brand': test_order.vendor,
                'item_variant': null::varchar, 'item_category': test_order.category, 'price': test_order.price::double,
                'quantity': 1::bigint, 'coupon': null::varchar, 'promotion_id': null::varchar
            }]
            else cart_items.items
        end as cart_items,
        outcome.product_id as need_product_id,
        category_product.products as need_products,
        first_ordered_t < visit.t as has_ordered
    from visit
    inner join script on script.script = visit.script
    left join person on person.person_id = visit.person_id
    left join account on account.person_id = visit.person_id
    left join shop_order on shop_order.need_id = if(visit.is_order, visit.need_id, null)
    left join test_order on test_order.visit_key = visit.visit_key
    left join cart on cart.need_id = if(visit.has_cart, visit.need_id, null)
    left join cart_items on cart_items.need_id = if(visit.has_cart, visit.need_id, null)
    left join outcome on outcome.need_id = visit.need_id
    left join category_product on category_product.category = coalesce(outcome.category,
        case 1 + floor(u('category', visit.visit_key) * 8)::int
            when 1 then 'Arredo' when 2 then 'Coltelli' when 3 then 'Dispensa' when 4 then 'Elettrici'
            when 5 then 'Illuminazione' when 6 then 'Pentole' when 7 then 'Tavola' else 'Tessili'
        end)
    left join ordered_times on ordered_times.person_id = visit.person_id
),

logged_in as (
    select
        *,
        case
            when is_refused or is_bot or is_internal or account_t is null then null
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
        case device_kind when 'bot' then 'bot' when 'kiosk' then 'kiosk' when 'shared tablet' then 'tablet' else device_kind end as machine
    from joined
),

described as (
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
        case when kind = 'kiosk' then store_id end as kiosk_store,
        u('travels', visit_key) < 0.08 as is_travelling
    from logged_in
)

select
    * exclude (
        home_city, home_region, person_language, need_products, first_touch_t, machine, is_travelling, kiosk_store
    ),
    first_touch_t,
    coalesce(has_ordered, false) as is_customer,
    (select start_t from day where day.day = described.day + 1) * 1000000 as midnight_us,
    {
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
    } as device,
    case
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
    end as geo,
    if(is_refused, null, first_source) as traffic_source,
    if(medium = '(none)', null, {
        'manual_campaign_id': coalesce(email_campaign_id, if(is_google_click, null, campaign_id)),
        'manual_campaign_name': if(is_google_click, null, campaign),
        'manual_source': if(is_google_click, null, source),
        'manual_medium': if(is_google_click, null, medium),
        'manual_term': if(medium = 'cpc' and not is_google_click, term, null),
        'manual_content': null::varchar,
        'gclid': if(is_google_click, 'Cj0KCQ' || format('{:x}', visit_hash), null),
        'dclid': null::varchar,
        'srsltid': if(source = 'shopping.google.com', 'AfmBO' || format('{:x}', visit_hash), null)
    }) as collected,
    if(is_refused or u('older export', visit_key) < getvariable('without_last_click'), null, {
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
    }) as session_last_click,
    'Cj0KCQ' || format('{:x}', visit_hash) as gclid,
    pick(['card_declined', 'insufficient_funds', 'timeout', '3ds_failed'], u('error', visit_key)) as payment_error,
    case
        when medium in ('email', 'sms') or source = 'amico' or source_id in (select source_id from source where campaign_name is not null and not google_click)
            then '?utm_source=' || source || '&utm_medium=' || medium || coalesce('&utm_campaign=' || campaign, '')
        when is_google_click then '?gclid=Cj0KCQ' || format('{:x}', visit_hash)
        else ''
    end as query_string,
    if(u('late', visit_key) < getvariable('late') and not is_bot, pick([1, 1, 1, 2, 2, 3, 5], u('how late', visit_key)), 0) as late_days,
    1 + (visit_hash % 3)::int as late_from,
    u('duplicate', visit_key) < getvariable('duplicates') as has_duplicates
from described
order by day;

create or replace table reexported_day as
select day from day where day >= 0 and u('reexport', day) < getvariable('reexports');
