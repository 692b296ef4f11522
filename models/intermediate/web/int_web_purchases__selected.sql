{{ config(**by_day(
    [('ga4', 'event')], days_before=2, days_after=3 + var('repeated_purchase_days')
)) }}

with

events as (

    select * from {{ ref('stg_ga4__events') }}
    where
        {{ in_rebuilt_days() }}
        and event_name in ('purchase', 'refund')

),

touchpoints as (

    select * from {{ ref('int_touchpoints__web') }}
    where
        {{ in_rebuilt_days() }}
        and touchpoint_type = 'web_purchase'

),

-- The purchase is of whom its touchpoint is of. Late and repeated purchases are no touchpoints.
purchases as (

    select
        events.event_id,

        events.transaction_id,
        coalesce(
            touchpoints.identifier_id,
            {{ login_identifier_id('events.user_id') }},
            {{
                identifier_id(
                    'device', device_value('events.stream_id', 'events.user_pseudo_id')
                )
            }},
            {{ identifier_id('order', 'events.transaction_id') }}
        ) as identifier_id,

        events.event_name,
        case when events.platform in ('ANDROID', 'IOS') then 'app' else 'web' end as sales_channel,
        coalesce(events.currency_code, '{{ var("reporting_currency") }}') as currency_code,
        events.coupon,
        {{ local_date('events.event_at') }} as event_date,

        case events.event_name
            when 'purchase' then coalesce(events.purchase_revenue, events.event_value)
            else coalesce(events.refund_value, events.event_value)
        end as revenue,
        events.shipping_value as shipping,
        events.tax_value as tax,

        coalesce(events.has_analytics_consent, true) as has_analytics_consent,
        coalesce(touchpoints.is_bot, events.is_bot) as is_bot,
        coalesce(touchpoints.is_internal, events.is_internal) as is_internal,

        events.event_at,

        events._loaded_at,
        events.event_day
    from events
    left join touchpoints
        on
            events.event_day = touchpoints.event_day
            and events.event_id = touchpoints.source_key

)

select * from purchases
