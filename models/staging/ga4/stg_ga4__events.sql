{{ config(**by_day([('ga4', 'event')])) }}
{%- set last_click = 'pages.session_traffic_source_last_click' %}

{#- Texts in which an e-mail address or a phone number may stand, from parameters and columns. -#}
{%- set texts_of_parameters = [
    'page_location', 'page_path', 'page_title', 'page_referrer', 'event_source', 'event_medium',
    'event_campaign', 'event_term', 'event_content', 'traffic_type', 'search_term', 'link_url',
    'method', 'content_type', 'video_title', 'coupon', 'payment_type', 'shipping_tier',
    'currency_code',
] %}
{%- set texts = texts_of_parameters + [
    'event_name', 'platform', 'page_hostname', 'session_manual_source', 'session_manual_medium',
    'session_manual_campaign', 'session_google_ads_campaign', 'session_cross_channel_source',
    'session_cross_channel_medium', 'session_cross_channel_campaign',
    'session_default_channel_group', 'first_user_source', 'first_user_medium',
    'first_user_campaign', 'device_category', 'device_operating_system', 'device_language',
    'device_browser', 'geo_country', 'geo_region', 'geo_city',
] %}

{#- What the export holds as columns, in which few texts repeat: DuckDB tries LIKE once for each
    different text of a block, so that the search costs next to nothing. -#}
{%- set exported_tags = [
    'traffic_source.source',
    'traffic_source.medium',
    'traffic_source.name',
    'collected_traffic_source.manual_source',
    'collected_traffic_source.manual_medium',
    'collected_traffic_source.manual_campaign_name',
    'collected_traffic_source.manual_term',
    'collected_traffic_source.manual_content',
    'session_traffic_source_last_click.manual_campaign.source',
    'session_traffic_source_last_click.manual_campaign.medium',
    'session_traffic_source_last_click.manual_campaign.campaign_name',
    'session_traffic_source_last_click.google_ads_campaign.campaign_name',
    'session_traffic_source_last_click.cross_channel_campaign.source',
    'session_traffic_source_last_click.cross_channel_campaign.medium',
    'session_traffic_source_last_click.cross_channel_campaign.campaign_name',
] %}
{%- set exported_codes = [
    'event_name', 'platform',
    'session_traffic_source_last_click.cross_channel_campaign.default_channel_group',
    'device.category', 'device.operating_system', 'device.language', 'device.web_info.browser',
    'device.web_info.hostname', 'geo.country', 'geo.region', 'geo.city',
] %}

with

bot_browsers as (

    select * from {{ ref('bot_browsers') }}

),

bot_places as (

    select * from {{ ref('bot_places') }}

),

traffic_markers as (

    select * from {{ ref('traffic_markers') }}

),

-- Duplicates are few. They are found, and put in order, on narrow columns; all are read once.
-- The copy of the day (intraday) knows less of the visit than the daily export, whenever it lands.
repeated_keys as (

    select _key_hash
    from {{ source('ga4', 'event') }}
    where {{ in_rebuilt_days() }}
    group by _key_hash
    having count(*) > 1

),

repeated_rows as (

    select
        {{ raw_file('events') }} as raw_file,
        {{ raw_row('events') }} as raw_row,
        min(events._loaded_at) over (
            partition by events.event_day, events.event_timestamp, events._key_hash
        ) as _first_loaded_at,
        count(*) over (
            partition by events.event_day, events.event_timestamp, events._key_hash
        ) as _raw_rows,
        row_number() over (
            partition by events.event_day, events.event_timestamp, events._key_hash
            order by
                events.session_traffic_source_last_click is null,
                events.traffic_source is null,
                events._loaded_at desc,
                events._source_file desc,
                events._source_row desc nulls last,
                events._row_hash desc
        ) as version_number
    from {{ source('ga4', 'event') }} as events
    semi join repeated_keys
        on events._key_hash = repeated_keys._key_hash
    where {{ in_rebuilt_days() }}

),

-- The search comes before the join: DuckDB then still knows which texts of a block repeat.
source_rows as (

    select
        events.*,
        {{ raw_file('events') }} as raw_file,
        {{ raw_row('events') }} as raw_row,
        coalesce(
            false
            {% for text in exported_tags %}
            or events.{{ text }} like '%@%'
            or events.{{ text }} like '%3_________%'
            or events.{{ text }} like '%0_______%'
            or instr(events.{{ text }}, '%') > 0
            {% endfor %}
            {% for text in exported_codes %}
            or events.{{ text }} like '%@%'
            {% endfor %},
            false
        ) as is_exported_suspicious
    from {{ source('ga4', 'event') }} as events
    where {{ in_rebuilt_days() }}

),

distinct_rows as (

    select
        events.*,
        coalesce(repeated_rows._first_loaded_at, events._loaded_at) as _first_loaded_at,
        coalesce(repeated_rows._raw_rows, 1) as _raw_rows
    from source_rows as events
    left join repeated_rows
        on
            events.raw_row = repeated_rows.raw_row
            and events.raw_file = repeated_rows.raw_file
    where coalesce(repeated_rows.version_number, 1) = 1

),

-- Each parameter's value as one text, so that a lookup reads one list of texts, not four fields.
-- Decimals get six places, which reads alike on every engine.
with_parameters as (

    select
        *,
        {{ list_transform('event_params', 'element.key') }} as parameter_keys,
        {{
            list_transform(
                'event_params',
                'coalesce('
                ~ 'element.value.string_value, '
                ~ 'cast(element.value.int_value as string), '
                ~ 'cast(try_cast('
                ~ plausible_number('element.value.double_value')
                ~ ' as decimal(28, 6)) as string), '
                ~ 'cast(try_cast('
                ~ plausible_number('element.value.float_value')
                ~ ' as decimal(28, 6)) as string))'
            )
        }} as parameter_texts
    from distinct_rows

),

parameters as (

    select
        *,
        {{ parameter_text('page_location') }} as page_location,
        {{ parameter_text('page_title') }} as page_title,
        {{ parameter_text('page_referrer') }} as page_referrer,
        {{ parameter_integer('ga_session_id') }} as ga_session_id,
        {{ parameter_integer('ga_session_number') }} as ga_session_number,
        {{ parameter_integer('engagement_time_msec') }} as engagement_time_ms,
        {{ parameter_boolean('session_engaged') }} as is_session_engaged,
        {{ parameter_text('source') }} as event_source,
        {{ parameter_text('medium') }} as event_medium,
        {{ parameter_text('campaign') }} as event_campaign,
        {{ parameter_text('term') }} as event_term,
        {{ parameter_text('content') }} as event_content,
        {{ parameter_text('gclid') }} as event_gclid,
        {{ parameter_text('gbraid') }} as event_gbraid,
        {{ parameter_text('wbraid') }} as event_wbraid,
        {{ parameter_text('dclid') }} as event_dclid,
        {{ parameter_text('traffic_type') }} as traffic_type,
        {{ parameter_boolean('debug_mode') }} as is_debug_mode,
        {{ parameter_text('search_term') }} as search_term,
        {{ parameter_text('transaction_id') }} as event_transaction_id,
        {{ parameter_text('currency') }} as event_currency,
        {{ parameter_text('value') }} as event_value,
        {{ parameter_text('coupon') }} as coupon,
        {{ parameter_text('payment_type') }} as payment_type,
        {{ parameter_text('shipping_tier') }} as shipping_tier,
        {{ parameter_integer('percent_scrolled') }} as percent_scrolled,
        {{ parameter_text('link_url') }} as link_url,
        {{ parameter_text('form_id') }} as form_id,
        {{ parameter_text('method') }} as method,
        {{ parameter_text('content_type') }} as content_type,
        {{ parameter_text('item_id') }} as content_id,
        {{ parameter_text('video_title') }} as video_title
    from with_parameters

),

-- An address is cut with plain text functions, which cost half of what a pattern does: from its
-- ninth character on, it is host, path and query, be it http or https. Few have a query string.
page_parts as (

    select
        *,
        substr(page_location, 9) as page_address,
        case
            when instr(page_location, '?') > 0
                then split(regexp_extract(page_location, '[?]([^#]*)', 1), '&')
        end as query_pairs
    from parameters

),

queries as (

    select
        *,
        {{ list_transform('query_pairs', "split_part(element, '=', 1)") }} as query_keys,
        {{
            list_transform(
                'query_pairs',
                decode_url("nullif(substr(element, instr(element, '=') + 1), '')")
            )
        }} as query_texts
    from page_parts

),

pages as (

    select
        *,
        coalesce(
            device.web_info.hostname,
            nullif(regexp_extract(page_location, '^https?://([^/:?#]+)', 1), '')
        ) as page_hostname,
        case
            when page_location not like 'http%://%' then null
            when instr(page_address, '/') = 0 then '/'
            when instr(page_address, '?') = 0 and instr(page_address, '#') = 0
                then substr(page_address, instr(page_address, '/'))
            else coalesce(nullif(regexp_extract(page_address, '^[^/?#]*(/[^?#]*)', 1), ''), '/')
        end as page_path,
        {{ query_parameter('utm_source') }} as page_utm_source,
        {{ query_parameter('utm_medium') }} as page_utm_medium,
        {{ query_parameter('utm_campaign') }} as page_utm_campaign,
        {{ query_parameter('utm_id') }} as page_utm_id,
        {{ query_parameter('utm_term') }} as page_utm_term,
        {{ query_parameter('utm_content') }} as page_utm_content,
        {{ query_parameter('gclid') }} as page_gclid,
        {{ query_parameter('gbraid') }} as page_gbraid,
        {{ query_parameter('wbraid') }} as page_wbraid,
        {{ query_parameter('dclid') }} as page_dclid,
        {{ query_parameter('srsltid') }} as page_srsltid
    from queries

),

-- Patterns are tried on the few names of browsers, not on every event.
browsers as (

    select distinct device.web_info.browser as browser
    from {{ source('ga4', 'event') }}
    where {{ in_rebuilt_days() }}

),

browsers_of_bots as (

    select distinct browsers.browser
    from browsers
    inner join bot_browsers
        on lower(browsers.browser) like bot_browsers.browser_pattern

),

extracted as (

    select
        {{ to_hex('pages.event_timestamp') }}
        || {{ batch_position('pages.batch_ordering_id', 'pages.batch_event_index') }}
        || {{ to_hex('pages._key_hash') }} as event_id,
        pages.stream_id,
        case
            when not {{ list_holds('empty_values.empty_keys', 'pages.user_pseudo_id') }}
                then pages.user_pseudo_id
        end as user_pseudo_id,
        {{ said_event_key('pages.user_id') }} as user_id,
        pages.ga_session_id,
        coalesce(
            {{ said_event_key('pages.ecommerce.transaction_id') }},
            {{ said_event_key('pages.event_transaction_id') }}
        ) as transaction_id,

        pages.event_name,
        pages.platform,
        pages.page_location,
        pages.page_hostname,
        pages.page_path,
        pages.page_title,
        pages.page_referrer,
        -- What the export collected with the event, else its parameters, else its page's address.
        coalesce(
            {{ said_parameter('pages.collected_traffic_source.manual_source') }},
            {{ said_parameter('pages.event_source') }},
            {{ said_parameter('pages.page_utm_source') }}
        ) as event_source,
        coalesce(
            {{ said_parameter('pages.collected_traffic_source.manual_medium') }},
            {{ said_parameter('pages.event_medium') }},
            {{ said_parameter('pages.page_utm_medium') }}
        ) as event_medium,
        coalesce(
            {{ said_parameter('pages.collected_traffic_source.manual_campaign_name') }},
            {{ said_parameter('pages.event_campaign') }},
            {{ said_parameter('pages.page_utm_campaign') }}
        ) as event_campaign,
        coalesce(
            {{ said_parameter('pages.collected_traffic_source.manual_campaign_id') }},
            {{ said_parameter('pages.page_utm_id') }}
        ) as event_campaign_id,
        coalesce(
            {{ said_parameter('pages.collected_traffic_source.manual_term') }},
            {{ said_parameter('pages.event_term') }},
            {{ said_parameter('pages.page_utm_term') }}
        ) as event_term,
        coalesce(
            {{ said_parameter('pages.collected_traffic_source.manual_content') }},
            {{ said_parameter('pages.event_content') }},
            {{ said_parameter('pages.page_utm_content') }}
        ) as event_content,
        {{ said_parameter(
            'coalesce(pages.event_gclid, pages.collected_traffic_source.gclid, pages.page_gclid)'
        ) }} as gclid,
        {{ said_parameter('coalesce(pages.event_gbraid, pages.page_gbraid)') }} as gbraid,
        {{ said_parameter('coalesce(pages.event_wbraid, pages.page_wbraid)') }} as wbraid,
        {{ said_parameter(
            'coalesce(pages.event_dclid, pages.collected_traffic_source.dclid, pages.page_dclid)'
        ) }} as dclid,
        {{ said_parameter(
            'coalesce(pages.collected_traffic_source.srsltid, pages.page_srsltid)'
        ) }} as srsltid,
        {{ said_by_ga4(last_click ~ '.manual_campaign.source') }}
            as session_manual_source,
        {{ said_by_ga4(last_click ~ '.manual_campaign.medium') }}
            as session_manual_medium,
        {{ said_by_ga4(last_click ~ '.manual_campaign.campaign_name') }}
            as session_manual_campaign,
        {{ said_by_ga4(last_click ~ '.google_ads_campaign.campaign_id') }}
            as session_google_ads_campaign_id,
        {{ said_by_ga4(last_click ~ '.google_ads_campaign.campaign_name') }}
            as session_google_ads_campaign,
        {{ said_by_ga4(last_click ~ '.cross_channel_campaign.source') }}
            as session_cross_channel_source,
        {{ said_by_ga4(last_click ~ '.cross_channel_campaign.medium') }}
            as session_cross_channel_medium,
        {{ said_by_ga4(last_click ~ '.cross_channel_campaign.campaign_name') }}
            as session_cross_channel_campaign,
        {{ said_by_ga4(last_click ~ '.cross_channel_campaign.default_channel_group') }}
            as session_default_channel_group,
        {{ said_by_ga4('pages.traffic_source.source') }} as first_user_source,
        {{ said_by_ga4('pages.traffic_source.medium') }} as first_user_medium,
        {{ said_by_ga4('pages.traffic_source.name') }} as first_user_campaign,
        {{ said_by_ga4('pages.device.category') }} as device_category,
        {{ said_by_ga4('pages.device.operating_system') }} as device_operating_system,
        {{ said_by_ga4('pages.device.language') }} as device_language,
        {{ said_by_ga4('pages.device.web_info.browser') }} as device_browser,
        {{ said_by_ga4('pages.geo.country') }} as geo_country,
        {{ said_by_ga4('pages.geo.region') }} as geo_region,
        {{ said_by_ga4('pages.geo.city') }} as geo_city,
        {{ said_parameter('pages.traffic_type') }} as traffic_type,
        {{ said_parameter('pages.search_term') }} as search_term,
        {{ said_parameter('pages.link_url') }} as link_url,
        {{ said_parameter('pages.form_id') }} as form_id,
        {{ said_parameter('pages.method') }} as method,
        {{ said_parameter('pages.content_type') }} as content_type,
        {{ said_parameter('pages.content_id') }} as content_id,
        {{ said_parameter('pages.video_title') }} as video_title,
        {{ said_parameter('pages.coupon') }} as coupon,
        {{ said_parameter('pages.payment_type') }} as payment_type,
        {{ said_parameter('pages.shipping_tier') }} as shipping_tier,
        {{ currency_code('pages.event_currency') }} as currency_code,
        pages.items,
        pages.is_exported_suspicious,

        {{ plausible_number('pages.ga_session_number') }} as ga_session_number,
        {{ plausible_number('pages.engagement_time_ms') }} as engagement_time_ms,
        {{ plausible_number('pages.percent_scrolled') }} as percent_scrolled,
        {{ plausible_amount(parse_decimal('pages.event_value')) }} as event_value,
        {{ plausible_amount('pages.ecommerce.purchase_revenue') }} as purchase_revenue,
        {{ plausible_amount('pages.ecommerce.refund_value') }} as refund_value,
        {{ plausible_amount('pages.ecommerce.shipping_value') }} as shipping_value,
        {{ plausible_amount('pages.ecommerce.tax_value') }} as tax_value,
        {{ plausible_number('pages.ecommerce.total_item_quantity') }} as item_quantity,

        pages.is_session_engaged,
        pages.is_active_user,
        -- GA4 uses a transient token only for a visitor who denied storage.
        case
            when {{ consent('pages.privacy_info.uses_transient_token') }} then false
            else {{ consent('pages.privacy_info.analytics_storage') }}
        end as has_analytics_consent,
        {{ consent('pages.privacy_info.ads_storage') }} as has_ads_consent,
        {{ consent('pages.privacy_info.uses_transient_token') }} as has_transient_token,
        pages.event_name in ('page_not_found', 'exception', 'error')
        or coalesce(pages.page_path like '%/404%', false)
        or coalesce(pages.page_title like '%404%', false) as is_error_page,
        coalesce(pages.is_debug_mode, false)
        or browsers_of_bots.browser is not null
        or bot_places.city is not null as is_bot,
        traffic_types.marker is not null or hostnames.marker is not null as is_internal,

        {{ from_epoch_microseconds('pages.event_timestamp') }} as event_at,
        {{ from_epoch_microseconds('pages.user_first_touch_timestamp') }} as user_first_touch_at,

        pages._source_file,
        pages._loaded_at,
        pages._first_loaded_at,
        pages._row_hash,
        pages._raw_rows,
        pages.event_day
    from pages
    cross join {{ empty_values() }} as empty_values
    left join browsers_of_bots
        on pages.device.web_info.browser = browsers_of_bots.browser
    left join bot_places
        on
            pages.geo.country = bot_places.country
            and pages.geo.city = bot_places.city
            and pages.device.operating_system = bot_places.operating_system
    left join traffic_markers as traffic_types
        on
            traffic_types.field = 'traffic_type'
            and lower(pages.traffic_type) = traffic_types.marker
    left join traffic_markers as hostnames
        on
            hostnames.field = 'hostname'
            and lower(pages.page_hostname) = hostnames.marker

),

-- Few events show any sign of an e-mail address or a phone number, and fewer hold one. So all are
-- searched for single signs, what is left for a cheap pattern, and the rest for the shapes.
suspected as (

    select
        *,
        is_exported_suspicious
        or {{ holds_sign('page_location', ['@', '?', '%', '+']) }}
        or {{ holds_sign('page_referrer', ['@', '?', '%', '+']) }}
        or {{ holds_sign('page_title', ['@', '+', '0', '3']) }}
        or {{ holds_sign('event_source', ['@']) }}
        or {{ holds_sign('event_medium', ['@']) }}
        or {{ holds_sign('event_campaign', ['@', '+', '0', '3']) }}
        or event_term is not null
        or event_content is not null
        or traffic_type is not null
        or search_term is not null
        or link_url is not null
        or method is not null
        or content_type is not null
        or video_title is not null
        or coupon is not null
        or payment_type is not null
        or shipping_tier is not null
        or {{ do_items_hold_sign('items') }} as is_suspicious
    from extracted

),

searched as (

    select
        *,
        case
            when is_suspicious
                then
                    is_exported_suspicious
                    or {{
                        may_be_personal("concat_ws(' | ', " ~ texts_of_parameters | join(', ') ~ ')')
                    }}
                    or coalesce({{ may_be_personal(item_texts('items')) }}, false)
            else false
        end as shows_sign
    from suspected

),

judged as (

    select
        *,
        case
            when shows_sign
                then
                    {{ is_personal("concat_ws(' | ', " ~ texts | join(', ') ~ ')') }}
                    or coalesce({{ is_personal(item_texts('items')) }}, false)
            else false
        end as shows_personal_data
    from searched

),

masked as (

    select
        *,
        case
            when shows_personal_data
                then {{ list_transform(list_of(texts), masked('element')) }}
        end as masked_texts
    from judged

),

-- What may be kept of an event. A visitor who refused analytics leaves no identifier behind.
events as (

    select
        event_id,
        {{ masked_key('stream_id') }} as stream_id,
        {{ if_consented(pseudonym('user_pseudo_id')) }} as user_pseudo_id,
        {{ if_consented(pseudonym('user_id')) }} as user_id,
        {{ if_consented('ga_session_id') }} as ga_session_id,
        {{ if_consented(pseudonym('transaction_id')) }} as transaction_id,

        {{ kept_text('event_name', texts) }} as event_name,
        {{ kept_text('platform', texts) }} as platform,
        {{ consented_address(kept_text('page_location', texts)) }} as page_location,
        {{ kept_text('page_hostname', texts) }} as page_hostname,
        {{ kept_text('page_path', texts) }} as page_path,
        {{ kept_text('page_title', texts) }} as page_title,
        {{ consented_address(kept_text('page_referrer', texts)) }} as page_referrer,
        {{ kept_text('event_source', texts) }} as event_source,
        {{ kept_text('event_medium', texts) }} as event_medium,
        {{ kept_text('event_campaign', texts) }} as event_campaign,
        {{ masked_key('event_campaign_id') }} as event_campaign_id,
        {{ kept_text('event_term', texts) }} as event_term,
        {{ kept_text('event_content', texts) }} as event_content,
        {{ if_consented(masked_key('gclid')) }} as gclid,
        {{ if_consented(masked_key('gbraid')) }} as gbraid,
        {{ if_consented(masked_key('wbraid')) }} as wbraid,
        {{ if_consented(masked_key('dclid')) }} as dclid,
        {{ if_consented(masked_key('srsltid')) }} as srsltid,
        {{ kept_text('session_manual_source', texts) }} as session_manual_source,
        {{ kept_text('session_manual_medium', texts) }} as session_manual_medium,
        {{ kept_text('session_manual_campaign', texts) }} as session_manual_campaign,
        {{ masked_key('session_google_ads_campaign_id') }} as session_google_ads_campaign_id,
        {{ kept_text('session_google_ads_campaign', texts) }} as session_google_ads_campaign,
        {{ kept_text('session_cross_channel_source', texts) }} as session_cross_channel_source,
        {{ kept_text('session_cross_channel_medium', texts) }} as session_cross_channel_medium,
        {{ kept_text('session_cross_channel_campaign', texts) }} as session_cross_channel_campaign,
        {{ kept_text('session_default_channel_group', texts) }} as session_default_channel_group,
        {{ if_consented(kept_text('first_user_source', texts)) }} as first_user_source,
        {{ if_consented(kept_text('first_user_medium', texts)) }} as first_user_medium,
        {{ if_consented(kept_text('first_user_campaign', texts)) }} as first_user_campaign,
        {{ kept_text('device_category', texts) }} as device_category,
        {{ kept_text('device_operating_system', texts) }} as device_operating_system,
        {{ kept_text('device_language', texts) }} as device_language,
        {{ kept_text('device_browser', texts) }} as device_browser,
        {{ kept_text('geo_country', texts) }} as geo_country,
        {{ kept_text('geo_region', texts) }} as geo_region,
        {{ kept_text('geo_city', texts) }} as geo_city,
        {{ kept_text('traffic_type', texts) }} as traffic_type,
        {{ kept_text('search_term', texts) }} as search_term,
        {{ consented_address(kept_text('link_url', texts)) }} as link_url,
        {{ masked_key('form_id') }} as form_id,
        {{ kept_text('method', texts) }} as method,
        {{ kept_text('content_type', texts) }} as content_type,
        {{ masked_key('content_id') }} as content_id,
        {{ kept_text('video_title', texts) }} as video_title,
        {{ kept_text('coupon', texts) }} as coupon,
        {{ kept_text('payment_type', texts) }} as payment_type,
        {{ kept_text('shipping_tier', texts) }} as shipping_tier,
        {{ kept_text('currency_code', texts) }} as currency_code,
        case when shows_personal_data then {{ masked_items('items') }} else items end
            as items,

        {{ if_consented('ga_session_number') }} as ga_session_number,
        engagement_time_ms,
        percent_scrolled,
        event_value,
        purchase_revenue,
        refund_value,
        shipping_value,
        tax_value,
        item_quantity,

        is_session_engaged,
        is_active_user,
        has_analytics_consent,
        has_ads_consent,
        has_transient_token,
        is_error_page,
        is_bot,
        is_internal,
        shows_personal_data as is_masked,

        event_at,
        {{ if_consented('user_first_touch_at') }} as user_first_touch_at,

        _source_file,
        _loaded_at,
        _first_loaded_at,
        _row_hash,
        _raw_rows,
        event_day
    from masked

)

select * from events
