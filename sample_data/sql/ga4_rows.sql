-- Rows in the shape of GA4's export. `copy`: 0 the event, 1 a second copy, 2 a broken row, 3 a
-- purchase sent again. A copy of the day (`:is_intraday`) does not know yet where the visit came from.
-- Parameters are built as one list of all that may stand there, in an order in which those that do
-- stand there are neighbours, and cut out of it: much faster than putting lists together.
with joined as (
    select
        e.*,
        d.event_date,
        page.title as page_title,
        case
            when e.page in ('search', 'search_empty') then
                page.location || if(e.position = 0, e.query_string, '')
                || '?q=' || replace(coalesce(e.term, 'regalo'), ' ', '+')
            when e.position = 0 then page.location || e.query_string
            else page.location
        end as page_location,
        if(e.page = 'thanks' and e.payment_site is not null, 'https://www.' || e.payment_site || '/',
            coalesce(from_page.location, e.referrer)) as page_referrer,
        product.id as item_id,
        product.title as item_name,
        product.vendor as item_brand,
        product.category as item_category,
        product.price::double as item_price
    from fired_event(:first_day, :last_day, :least_late) as e
    inner join page on page.page_key = e.page_key
    inner join page as from_page on from_page.page_key = e.from_page_key
    inner join product on product.product_id = e.product_id
    inner join day as d on d.day = e.event_day
    where :events
),

-- The values of the event's own parameters: up to five, of which `own_params` are there.
described as (
    select
        * replace (if(is_entrance and is_google_click, 'gclid', param_5) as param_5),
        case event_name
            when 'view_search_results' then coalesce(term, 'regalo')
            when 'purchase' then order_id
            when 'add_to_cart' then currency
            when 'view_cart' then currency
            when 'begin_checkout' then currency
            when 'add_shipping_info' then if(visit_hash % 5 = 0, 'ritiro in negozio', 'corriere')
            when 'add_payment_info' then coalesce(payment_method, 'card')
            when 'payment_error' then payment_error
            when 'login' then 'email'
            when 'sign_up' then 'email'
            when 'share' then if(visit_hash % 3 = 0, 'facebook', 'whatsapp')
            when 'generate_lead' then 'newsletter'
            when 'video_start' then page_title
            when 'video_complete' then page_title
        end as text_1,
        case
            when is_entrance then 1
            when event_name in ('page_view', 'user_engagement', 'scroll') then
                if(is_bot, 40, (9000 * pace * (0.3 + u('engaged', event_key)))::bigint)
        end as int_1,
        if(is_entrance, source, null) as text_2,
        case
            when event_name = 'scroll' then 90
            when event_name = 'view_search_results' then if(page = 'search_empty', 0, 12)
        end as int_2,
        case
            when event_name = 'purchase' then order_total
            when event_name in ('add_to_cart', 'view_cart', 'begin_checkout') then cart_value
        end as double_2,
        case when is_entrance then medium when event_name = 'purchase' then currency end as text_3,
        if(is_entrance, campaign, null) as text_4,
        if(event_name = 'purchase', order_tax, null) as double_4,
        if(is_entrance, if(is_google_click, gclid, term), null) as text_5,
        if(event_name = 'purchase', order_shipping, null) as double_5,
        case
            when lacks_identifiers then 5
            when debug is not null then 1
            when is_internal then 2
            else 3
        end as first_param,
        8 + case
            when not is_entrance then own_params
            when medium = '(none)' then 1
            when campaign is null then 3
            when not is_google_click and (medium <> 'cpc' or term is null) then 4
            else 5
        end as last_param
    from joined
),

with_params as (
    select
        *,
        [
            int_param('debug_mode', 1),
            text_param('traffic_type', 'internal'),
            int_param('ga_session_id', t),
            int_param('ga_session_number', session_number),
            text_param('page_location', page_location),
            text_param('page_title', page_title),
            text_param('page_referrer', page_referrer),
            text_param('session_engaged', if(position > 0 or event_name = 'user_engagement', '1', '0')),
            param(param_1, text_1, int_1, null),
            param(param_2, text_2, int_2, double_2),
            param(param_3, text_3, null, null),
            param(param_4, text_4, null, double_4),
            param(param_5, text_5, null, double_5)
        ][first_param:last_param] as params,
        session[1] as of_session
    from described
)

select
    :file as file_name,
    event_date,
    if(copy = 2 and event_key % 2 = 0, 4102444800000000 + event_us % 1000000, event_us) as event_timestamp,
    if(copy = 2 and event_key % 2 = 1, null, event_name) as event_name,
    if(copy = 1, list_reverse(params), params) as event_params,
    bundle as event_bundle_sequence_id,
    if(shares_batch, position + 1, null)::bigint as batch_ordering_id,
    if(shares_batch, number, null)::bigint as batch_event_index,
    if(login_position <= position, customer_id, empty_user_id) as user_id,
    if(lacks_identifiers, null, pseudo_id) as user_pseudo_id,
    of_session.privacy_info,
    if(lacks_identifiers, null, first_touch_t * 1000000) as user_first_touch_timestamp,
    of_session.device,
    of_session.geo,
    if(:is_intraday, null, of_session.traffic_source) as traffic_source,
    case
        when position = 0 and event_name in ('session_start', 'first_visit', 'page_view') then of_session.collected
        when page = 'thanks' and event_name = 'page_view' then payment_source
    end as collected_traffic_source,
    if(:is_intraday, null, of_session.session_last_click) as session_traffic_source_last_click,
    of_session.stream_id,
    of_session.platform,
    if(event_name = 'purchase', {
        'purchase_revenue': round(order_total - order_shipping, 2),
        'refund_value': null::double,
        'shipping_value': order_shipping,
        'tax_value': order_tax,
        'transaction_id': order_id,
        'total_item_quantity': order_pieces::bigint
    }, null) as ecommerce,
    case
        when cart_items is not null and shows_cart then cart_items
        else [ga4_item(item_id, item_name, item_brand, item_category, item_price, 1, null)][1:shows_items::int]
    end as items,
    last_position > 0 as is_active_user
from with_params
