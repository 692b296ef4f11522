with

counted as (

    select * from {{ ref('int_person_months__counted') }}

),

summed as (

    select
        person_id,
        month,
        as_of_date,
        is_known,
        cast(sum(new_channels) over to_date as bigint) as channels,
        cast(sum(path_touchpoints) over to_date as bigint) as path_touchpoints,
        -- All of the months before, and of this one what came up to its last order.
        case
            when last_order_date is not null
                then
                    cast(sum(path_touchpoints) over to_date as bigint)
                    - path_touchpoints + path_touchpoints_to_order
        end as path_touchpoints_to_order,
        cast(sum(sessions) over to_date as bigint) as sessions,
        cast(sum(mobile_sessions) over to_date as bigint) as mobile_sessions,
        cast(sum(research_touchpoints) over to_date as bigint) as research_touchpoints,
        case
            when last_order_date is not null
                then
                    cast(sum(research_touchpoints) over to_date as bigint)
                    - research_touchpoints + research_touchpoints_to_order
        end as research_touchpoints_to_order,
        cast(sum(service_touchpoints) over to_date as bigint) as service_touchpoints,
        cast(sum(store_touchpoints) over to_date as bigint) as store_touchpoints,
        cast(sum(involvement_touchpoints) over to_date as bigint) as involvement_touchpoints,
        cast(sum(messages_delivered) over to_date as bigint) as messages_delivered,
        cast(sum(messages_opened) over to_date as bigint) as messages_opened,
        cast(sum(messages_clicked) over to_date as bigint) as messages_clicked,
        cast(sum(orders) over to_date as bigint) as orders,
        cast(sum(store_orders) over to_date as bigint) as store_orders,
        cast(sum(impulse_orders) over to_date as bigint) as impulse_orders,
        cast(sum(returned_orders) over to_date as bigint) as returned_orders,
        cast(sum(gross_revenue) over to_date as decimal(18, 2)) as gross_revenue,
        cast(sum(discount) over to_date as decimal(18, 2)) as discount,
        cast(sum(order_value) over to_date as decimal(18, 2)) as order_value,
        max(last_order_date) over to_date as last_order_date
    from counted
    window to_date as (
        partition by person_id
        order by month
        rows between unbounded preceding and current row
    )

),

-- Both only grow, so the greatest up to now is the one of the latest order.
summed_to_order as (

    select
        *,
        max(path_touchpoints_to_order) over to_date as path_touchpoints_to_latest_order,
        max(research_touchpoints_to_order) over to_date as research_touchpoints_to_latest_order
    from summed
    window to_date as (
        partition by person_id
        order by month
        rows between unbounded preceding and current row
    )

),

measured as (

    select
        {{ surrogate_key(['person_id', 'month']) }} as person_month_id,

        person_id,

        month,
        as_of_date,

        orders,
        {{ days_between('last_order_date', 'as_of_date') }} as days_since_order,
        order_value,
        {{ ratio('order_value', 'orders', 2) }} as average_order_value,
        {{ ratio('discount', 'gross_revenue') }} as discount_share,
        {{ ratio('impulse_orders', 'orders') }} as impulse_share,
        {{ ratio('returned_orders', 'orders') }} as return_share,
        -- Of the orders; of the touchpoints while there is none.
        case
            when orders > 0 then {{ ratio('store_orders', 'orders') }}
            else {{ ratio('store_touchpoints', 'path_touchpoints') }}
        end as store_share,
        {{ ratio('path_touchpoints_to_latest_order', 'orders') }} as touchpoints_per_order,
        {{ ratio('research_touchpoints_to_latest_order', 'orders') }} as research_per_order,

        path_touchpoints,
        channels,
        research_touchpoints,
        service_touchpoints,
        {{ ratio('service_touchpoints', 'path_touchpoints') }} as service_share,
        involvement_touchpoints,
        messages_delivered,
        {{ ratio('messages_opened', 'messages_delivered') }} as email_open_share,
        {{ ratio('messages_clicked', 'messages_delivered') }} as email_click_share,
        {{ ratio('mobile_sessions', 'sessions') }} as mobile_share,

        is_known
    from summed_to_order

)

select * from measured
