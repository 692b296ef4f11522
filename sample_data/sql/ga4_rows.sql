-- Rows in the shape of GA4's export. `copy`: 0 the event, 1 a second copy, 2 a broken row.
select
    strftime(e.date, '%Y%m%d') as event_date,
    if(e.copy = 2 and e.event_key % 2 = 0, 4102444800000000 + e.event_us % 1000000, e.event_us) as event_timestamp,
    if(e.copy = 2 and e.event_key % 2 = 1, null, e.event_name) as event_name,
    if(e.copy = 1, list_reverse(e.params), e.params) as event_params,
    bundle as event_bundle_sequence_id,
    if(e.login_position <= e.position, e.customer_id, null) as user_id,
    if(e.is_refused, null, e.pseudo_id) as user_pseudo_id,
    {
        'analytics_storage': if(e.is_refused, 'No', 'Yes'),
        'ads_storage': if(e.is_refused, 'No', 'Yes'),
        'uses_transient_token': if(e.is_refused, 'Yes', 'No')
    } as privacy_info,
    if(e.is_refused, null, e.first_touch_t * 1000000) as user_first_touch_timestamp,
    e.device,
    e.geo,
    e.traffic_source,
    if(e.position = 0 and e.event_name in ('session_start', 'first_visit', 'page_view'), e.collected, null) as collected_traffic_source,
    e.session_last_click as session_traffic_source_last_click,
    e.stream_id,
    if(e.device_kind <> 'app', 'WEB', if(e.operating_system = 'iOS', 'IOS', 'ANDROID')) as platform,
    if(e.event_name = 'purchase', {
        'purchase_revenue': round(e.order_total - e.order_shipping, 2),
        'refund_value': null::double,
        'shipping_value': e.order_shipping,
        'tax_value': e.order_tax,
        'transaction_id': e.order_id,
        'total_item_quantity': e.order_pieces::bigint
    }, null) as ecommerce,
    case
        when e.event_name in ('view_item', 'read_review', 'select_item', 'compare_products', 'share') then [item]
        when e.event_name = 'view_item_list' then [item]
        when e.event_name in ('add_to_cart', 'view_cart', 'begin_checkout', 'add_shipping_info', 'add_payment_info', 'purchase')
            then coalesce(e.cart_items, [item])
        else []
    end as items,
    e.last_position > 0 as is_active_user
from (
    select
        e.* exclude (day, midnight_us, is_bot, late_days, has_duplicates),
        v.* exclude (visit_key, day, midnight_us),
        d.date,
        ((hash(getvariable('seed'), 'bundle', e.visit_key) >> 8) // 64 * 64)::bigint + e.position as bundle,
        {
            'item_id': product.id, 'item_name': product.title, 'item_brand': product.vendor, 'item_variant': null::varchar,
            'item_category': product.category, 'price': product.price::double, 'quantity': 1::bigint,
            'coupon': null::varchar, 'promotion_id': null::varchar
        } as item,
        v.session_params
        || [
            text_param('page_location', page.location || if(e.position = 0, v.query_string, '')
                || if(e.page in ('search', 'search_empty'), '?q=' || replace(coalesce(v.term, 'regalo'), ' ', '+'), '')),
            text_param('page_title', page.title),
            text_param('page_referrer', coalesce(from_page.location, v.referrer)),
            text_param('session_engaged', if(e.position > 0 or e.place_engaged, '1', '0'))
        ]
        || case
            when e.event_name = 'page_view' and e.position = 0 then
                if(v.medium = '(none)', [int_param('entrances', 1)], [
                    int_param('entrances', 1), text_param('source', v.source), text_param('medium', v.medium)
                ])
                || if(v.campaign is null, [], [text_param('campaign', v.campaign)])
                || if(v.medium not in ('cpc'), [], [text_param('term', v.term)])
                || if(not v.is_google_click, [], [text_param('gclid', 'Cj0KCQ' || format('{:x}', v.visit_hash))])
            when e.event_name in ('page_view', 'user_engagement', 'scroll') then
                [int_param('engagement_time_msec', if(v.is_bot, 40, (9000 * v.pace * (0.3 + u('engaged', e.event_key)))::bigint))]
                || if(e.event_name = 'scroll', [int_param('percent_scrolled', 90)], [])
            when e.event_name = 'view_search_results' then [
                text_param('search_term', coalesce(v.term, 'regalo')),
                int_param('search_results', if(e.page = 'search_empty', 0, 12))
            ]
            when e.event_name = 'purchase' then [
                text_param('transaction_id', v.order_id), double_param('value', v.order_total),
                double_param('tax', v.order_tax), double_param('shipping', v.order_shipping), text_param('currency', v.currency)
            ] || if(v.has_coupon, [text_param('coupon', 'LUME10')], [])
            when e.event_name in ('add_to_cart', 'view_cart', 'begin_checkout') then [
                text_param('currency', v.currency), double_param('value', v.cart_value)
            ]
            when e.event_name = 'add_shipping_info' then [
                text_param('shipping_tier', if(v.visit_hash % 5 = 0, 'ritiro in negozio', 'corriere'))
            ]
            when e.event_name = 'add_payment_info' then [text_param('payment_type', coalesce(v.payment_method, 'card'))]
            when e.event_name = 'payment_error' then [
                text_param('error_code', pick(['card_declined', 'insufficient_funds', 'timeout', '3ds_failed'], u('error', e.visit_key)))
            ]
            when e.event_name in ('login', 'sign_up') then [text_param('method', 'email')]
            when e.event_name = 'generate_lead' then [text_param('form_id', 'newsletter')]
            when e.event_name = 'share' then [text_param('method', pick(['whatsapp', 'facebook', 'link'], u('share', e.visit_key)))]
            when e.event_name in ('video_start', 'video_complete') then [text_param('video_title', page.title)]
            else []
        end as params
    from (select *, event_name = 'user_engagement' as place_engaged from :name) as e
    inner join web_visit as v on v.visit_key = e.visit_key and v.day between :first_day and :last_day
    inner join page
        on page.page = e.page
        and page.product_id = if(e.page in (select page from reference_pages where needs_product), v.products[e.slot], 0)
    left join page as from_page
        on from_page.page = e.from_page
        and from_page.product_id = if(e.from_page in (select page from reference_pages where needs_product), v.products[e.from_slot], 0)
    inner join product on product.product_id = v.products[e.slot]
    inner join day as d on d.day = e.event_day
) as e
