-- One row per event, with all its items, though the table may have a row for each of them: rows
-- that differ in nothing but their item are the same event. Columns become parameters again, as
-- JSON. source, medium and campaign without more words are taken for the event's parameters.
with events as (
    select
        * exclude (
            _row, item_id, item_name, item_brand, item_variant, item_category, item_price,
            item_quantity, item_coupon
        ),
        list({
            'item_id': item_id,
            'item_name': item_name,
            'item_brand': item_brand,
            'item_variant': item_variant,
            'item_category': item_category,
            'price': item_price,
            'quantity': item_quantity,
            'coupon': item_coupon
        } order by _row) filter (where coalesce(item_id, item_name) is not null) as items,
        min(_row) as first_row
    from ga4_events
    group by all
),

-- A name and a value for each parameter, by the kind of value that GA4 gives it.
named as (
    select
        *,
        [
            { 'key': 'page_location', 'value': page_location },
            { 'key': 'page_title', 'value': page_title },
            { 'key': 'page_referrer', 'value': page_referrer },
            { 'key': 'source', 'value': source },
            { 'key': 'medium', 'value': medium },
            { 'key': 'campaign', 'value': campaign },
            { 'key': 'term', 'value': term },
            { 'key': 'content', 'value': content },
            { 'key': 'gclid', 'value': gclid },
            { 'key': 'gbraid', 'value': gbraid },
            { 'key': 'wbraid', 'value': wbraid },
            { 'key': 'dclid', 'value': dclid },
            { 'key': 'traffic_type', 'value': traffic_type },
            { 'key': 'session_engaged', 'value': session_engaged },
            { 'key': 'debug_mode', 'value': debug_mode },
            { 'key': 'search_term', 'value': search_term },
            { 'key': 'coupon', 'value': coupon },
            { 'key': 'payment_type', 'value': payment_type },
            { 'key': 'shipping_tier', 'value': shipping_tier },
            { 'key': 'link_url', 'value': link_url },
            { 'key': 'form_id', 'value': form_id },
            { 'key': 'method', 'value': method },
            { 'key': 'content_type', 'value': content_type },
            { 'key': 'video_title', 'value': video_title },
            { 'key': 'currency', 'value': currency }
        ] as texts,
        [
            { 'key': 'ga_session_id', 'value': ga_session_id },
            { 'key': 'ga_session_number', 'value': ga_session_number },
            { 'key': 'engagement_time_msec', 'value': engagement_time_msec },
            { 'key': 'percent_scrolled', 'value': percent_scrolled }
        ] as integers,
        [{ 'key': 'value', 'value': event_value }] as decimals
    from events
),

parameters as (
    select
        *,
        list_transform(
            list_filter(texts, lambda each: each.value is not null),
            lambda each: { 'key': each.key, 'value': to_json({ 'string_value': each.value }) }
        ) || list_transform(
            list_filter(integers, lambda each: each.value is not null),
            lambda each: { 'key': each.key, 'value': to_json({ 'int_value': each.value }) }
        ) || list_transform(
            list_filter(decimals, lambda each: each.value is not null),
            lambda each: { 'key': each.key, 'value': to_json({ 'double_value': each.value }) }
        ) as event_params
    from named
)

select
    event_date,
    event_timestamp,
    event_name,
    to_json(event_params) as event_params,
    event_bundle_sequence_id,
    batch_ordering_id,
    batch_event_index,
    user_id,
    user_pseudo_id,
    user_first_touch_timestamp,
    privacy_info,
    device,
    geo,
    traffic_source,
    collected_traffic_source,
    session_traffic_source_last_click,
    ecommerce,
    stream_id,
    platform,
    to_json(items) as items,
    is_active_user
from parameters
order by first_row
