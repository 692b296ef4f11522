-- One row per event, with all its items, though the table may have a row for each of them: rows
-- that differ in nothing but their item are the same event. Columns become parameters and structs
-- again, as JSON. source, medium and campaign without more words are taken for the event's
-- parameters, and event_timestamp may be a time in UTC.
with events as (
    select
        * exclude (
            _row, _file_name, item_id, item_name, item_brand, item_variant, item_category,
            item_price, item_quantity, item_coupon
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
    from export
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
    replace(event_date, '-', '') as event_date,
    coalesce(
        case when event_timestamp not like '%-%' then event_timestamp end,
        epoch_us(try_cast(replace(event_timestamp, ' UTC', '') as timestamp))::varchar,
        event_timestamp
    ) as event_timestamp,
    event_name,
    to_json(event_params) as event_params,
    event_bundle_sequence_id,
    batch_ordering_id,
    batch_event_index,
    user_id,
    user_pseudo_id,
    user_first_touch_timestamp,
    case when coalesce(analytics_storage, ads_storage) is not null then to_json({
        'analytics_storage': analytics_storage,
        'ads_storage': ads_storage
    }) end as privacy_info,
    case
        when
            coalesce(
                device_category, device_operating_system, device_language, device_browser,
                device_hostname
            ) is not null
            then to_json({
                'category': device_category,
                'operating_system': device_operating_system,
                'language': device_language,
                'web_info': { 'browser': device_browser, 'hostname': device_hostname }
            })
    end as device,
    case when coalesce(geo_country, geo_region, geo_city) is not null then to_json({
        'country': geo_country,
        'region': geo_region,
        'city': geo_city
    }) end as geo,
    case when coalesce(first_name, first_medium, first_source) is not null then to_json({
        'name': first_name,
        'medium': first_medium,
        'source': first_source
    }) end as traffic_source,
    case
        when
            coalesce(
                manual_campaign_id, manual_campaign_name, manual_source,
                manual_medium, manual_term, manual_content
            ) is not null
            then to_json({
                'manual_campaign_id': manual_campaign_id,
                'manual_campaign_name': manual_campaign_name,
                'manual_source': manual_source,
                'manual_medium': manual_medium,
                'manual_term': manual_term,
                'manual_content': manual_content
            })
    end as collected_traffic_source,
    case
        when
            coalesce(session_campaign_name, session_source, session_medium, channel_group)
            is not null
            then to_json({
                'manual_campaign': {
                    'campaign_name': session_campaign_name,
                    'source': session_source,
                    'medium': session_medium
                },
                'cross_channel_campaign': { 'default_channel_group': channel_group }
            })
    end as session_traffic_source_last_click,
    case
        when
            coalesce(
                purchase_revenue, refund_value, shipping_value, tax_value, transaction_id,
                total_item_quantity
            ) is not null
            then to_json({
                'purchase_revenue': purchase_revenue,
                'refund_value': refund_value,
                'shipping_value': shipping_value,
                'tax_value': tax_value,
                'transaction_id': transaction_id,
                'total_item_quantity': total_item_quantity
            })
    end as ecommerce,
    stream_id,
    platform,
    to_json(items) as items,
    is_active_user
from parameters
order by first_row
