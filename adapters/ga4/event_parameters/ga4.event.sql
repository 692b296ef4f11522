-- One row per event: its parameters, one on each row, become a list again, as JSON. Rows that
-- differ in nothing but their parameter are the same event. event_timestamp may be a time in UTC.
with events as (
    select
        * exclude (_row, _file_name, key, string_value, int_value, float_value, double_value),
        list({
            'key': key,
            'value': {
                'string_value': string_value,
                'int_value': int_value,
                'float_value': float_value,
                'double_value': double_value
            }
        } order by _row) filter (where key is not null) as event_params,
        min(_row) as first_row
    from export
    group by all
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
    is_active_user
from events
order by first_row
