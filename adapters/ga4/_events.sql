-- Rows of a table that has columns in the place of GA4's structs: these become structs again, as
-- JSON, and all other columns are passed on. event_timestamp may be a time in UTC.
select
    * exclude (
        _file_name, _shop_currency, analytics_storage, ads_storage, device_category,
        device_operating_system, device_language, device_browser, device_hostname, geo_country,
        geo_region, geo_city, first_name, first_medium, first_source, manual_campaign_id,
        manual_campaign_name, manual_source, manual_medium, manual_term, manual_content,
        session_campaign_name, session_source, session_medium, channel_group, purchase_revenue,
        refund_value, shipping_value, tax_value, transaction_id, total_item_quantity
    ) replace (
        replace(event_date, '-', '') as event_date,
        coalesce(
            case when event_timestamp not like '%-%' then event_timestamp end,
            epoch_us(try_cast(replace(event_timestamp, ' UTC', '') as timestamp))::varchar,
            event_timestamp
        ) as event_timestamp
    ),
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
    end as ecommerce
from export
