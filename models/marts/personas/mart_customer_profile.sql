with

customers as (

    select *
    from {{ ref('dim_persons') }}
    where is_customer and persona is not null

),

channel_months as (

    select * from {{ ref('int_person_channel_months__engagement') }}

),

returned_orders as (

    select distinct order_id
    from {{ ref('fct_returns') }}

),

orders as (

    select
        customers.persona,
        customers.lifecycle_status,
        orders.*,
        returned_orders.order_id is not null as has_return,
        lag(orders.order_date) over (
            partition by orders.person_id
            order by orders.ordered_at, orders.order_id
        ) as previous_order_date
    from {{ ref('fct_orders') }} as orders
    inner join customers
        on orders.person_id = customers.person_id
    left join returned_orders
        on orders.order_id = returned_orders.order_id
    where orders.is_conversion

),

categories as (

    select
        customers.persona,
        customers.lifecycle_status,
        categories.product_category,
        sum(categories.product_views) as product_views,
        sum(categories.items_bought) as items_bought,
        row_number() over (
            partition by customers.persona, customers.lifecycle_status
            order by sum(categories.product_views) desc, categories.product_category asc
        ) as view_rank,
        row_number() over (
            partition by customers.persona, customers.lifecycle_status
            order by sum(categories.items_bought) desc, categories.product_category asc
        ) as purchase_rank
    from {{ ref('int_person_categories__product_interest') }} as categories
    inner join customers
        on categories.person_id = customers.person_id
    group by customers.persona, customers.lifecycle_status, categories.product_category

),

ordered as (

    select
        persona,
        lifecycle_status,
        count(*) as orders,
        cast(sum(net_revenue) as decimal(18, 2)) as net_revenue,
        sum(gross_revenue) as gross_revenue,
        sum(discount) as discount,
        count(*) filter (where is_impulse) as impulse_orders,
        count(*) filter (where has_return) as returned_orders,
        count(*) filter (where purchase_mode = 'online') as online_orders,
        count(*) filter (where purchase_mode = 'in_store') as in_store_orders,
        count(*) filter (where purchase_mode = 'click_and_collect') as click_and_collect_orders,
        count(*) filter (where purchase_mode = 'try_and_buy') as try_and_buy_orders,
        count(*) filter (where purchase_mode = 'ropo') as ropo_orders,
        round(median({{ days_between('previous_order_date', 'order_date') }}), 1)
            as median_days_between_orders
    from orders
    group by persona, lifecycle_status

),

-- By where the orders were placed or are picked up.
top_locations as (

    select
        persona,
        lifecycle_status,
        location_id,
        count(*) as order_count
    from orders
    where location_id is not null
    group by persona, lifecycle_status, location_id
    qualify
        row_number() over (
            partition by persona, lifecycle_status
            order by order_count desc, location_id asc
        ) = 1

),

top_channels as (

    select
        customers.persona,
        customers.lifecycle_status,
        channel_months.channel,
        sum(channel_months.path_touchpoints) as touchpoint_count
    from channel_months
    inner join customers
        on channel_months.person_id = customers.person_id
    where channel_months.path_touchpoints > 0
    group by customers.persona, customers.lifecycle_status, channel_months.channel
    qualify
        row_number() over (
            partition by customers.persona, customers.lifecycle_status
            order by touchpoint_count desc, channel_months.channel asc
        ) = 1

),

answered as (

    select
        customers.persona,
        customers.lifecycle_status,
        count(answers.nps_class) as nps_answers,
        count(*) filter (where answers.nps_class = 'promoter')
        - count(*) filter (where answers.nps_class = 'detractor') as nps_balance,
        count(answers.is_csat_positive) as csat_answers,
        count(*) filter (where answers.is_csat_positive) as csat_positive
    from {{ ref('fct_survey_responses') }} as answers
    inner join customers
        on answers.person_id = customers.person_id
    where not answers.is_excluded
    group by customers.persona, customers.lifecycle_status

),

touchpoints_of_customers as (

    select
        person_id,
        count(distinct case when path_touchpoints > 0 then channel end) as channels,
        sum(sessions) as sessions,
        sum(mobile_sessions) as mobile_sessions,
        sum(store_touchpoints) as store_touchpoints,
        sum(service_touchpoints) as service_touchpoints
    from channel_months
    group by person_id

),

grouped as (

    select
        customers.persona,
        customers.lifecycle_status,
        count(*) as customers,
        count(*) filter (where customers.orders > 1) as repeat_customers,
        count(*) filter (where customers.may_contact) as contactable_customers,
        coalesce(sum(touchpoints.channels), 0) as channels,
        sum(touchpoints.sessions) as sessions,
        sum(touchpoints.mobile_sessions) as mobile_sessions,
        count(*) filter (where touchpoints.sessions > 0) as site_customers,
        count(*) filter (where touchpoints.store_touchpoints > 0) as store_customers,
        count(*) filter (where touchpoints.sessions > 0 and touchpoints.store_touchpoints > 0)
            as both_customers,
        count(*) filter (where touchpoints.service_touchpoints > 0) as service_customers
    from customers
    left join touchpoints_of_customers as touchpoints
        on customers.person_id = touchpoints.person_id
    group by customers.persona, customers.lifecycle_status

),

customer_profile as (

    select
        grouped.persona,
        grouped.lifecycle_status,

        top_channels.channel as top_channel,
        top_viewed.product_category as top_category_viewed,
        top_bought.product_category as top_category_bought,
        top_locations.location_id as top_location_id,

        grouped.customers,
        {{ ratio('grouped.customers', 'sum(grouped.customers) over ()') }} as share_of_customers,
        ordered.orders,
        ordered.net_revenue,
        {{ ratio('ordered.net_revenue', 'sum(ordered.net_revenue) over ()') }} as share_of_revenue,
        {{ ratio('ordered.net_revenue', 'ordered.orders', 2) }} as average_order_value,
        {{ ratio('ordered.orders', 'grouped.customers') }} as orders_per_customer,
        {{ ratio('grouped.repeat_customers', 'grouped.customers') }} as repeat_rate,
        ordered.median_days_between_orders,

        {{ ratio('ordered.discount', 'ordered.gross_revenue') }} as discount_share,
        {{ ratio('ordered.impulse_orders', 'ordered.orders') }} as impulse_share,
        {{ ratio('ordered.returned_orders', 'ordered.orders') }} as return_rate,
        {{ ratio('ordered.online_orders', 'ordered.orders') }} as online_share,
        {{ ratio('ordered.in_store_orders', 'ordered.orders') }} as in_store_share,
        {{ ratio('ordered.click_and_collect_orders', 'ordered.orders') }}
            as click_and_collect_share,
        {{ ratio('ordered.try_and_buy_orders', 'ordered.orders') }} as try_and_buy_share,
        {{ ratio('ordered.ropo_orders', 'ordered.orders') }} as ropo_share,

        {{ ratio('grouped.channels', 'grouped.customers') }} as channels_per_customer,
        {{ ratio('grouped.mobile_sessions', 'grouped.sessions') }} as mobile_share,
        {{ ratio('grouped.site_customers', 'grouped.customers') }} as site_visitor_share,
        {{ ratio('grouped.store_customers', 'grouped.customers') }} as store_visitor_share,
        {{ ratio('grouped.both_customers', 'grouped.customers') }} as site_and_store_share,
        {{ ratio('grouped.service_customers', 'grouped.customers') }} as service_user_share,

        coalesce(answered.nps_answers, 0) as nps_answers,
        {{ ratio('answered.nps_balance', 'answered.nps_answers') }} as nps,
        coalesce(answered.csat_answers, 0) as csat_answers,
        {{ ratio('answered.csat_positive', 'answered.csat_answers') }} as csat,
        {{ ratio('grouped.contactable_customers', 'grouped.customers') }} as may_contact_share,

        grouped.customers < {{ var('min_cell_size') }} as is_small_group
    from grouped
    inner join ordered
        on
            grouped.persona = ordered.persona
            and grouped.lifecycle_status = ordered.lifecycle_status
    left join answered
        on
            grouped.persona = answered.persona
            and grouped.lifecycle_status = answered.lifecycle_status
    left join top_channels
        on
            grouped.persona = top_channels.persona
            and grouped.lifecycle_status = top_channels.lifecycle_status
    left join categories as top_viewed
        on
            grouped.persona = top_viewed.persona
            and grouped.lifecycle_status = top_viewed.lifecycle_status
            and top_viewed.view_rank = 1
            and top_viewed.product_views > 0
    left join categories as top_bought
        on
            grouped.persona = top_bought.persona
            and grouped.lifecycle_status = top_bought.lifecycle_status
            and top_bought.purchase_rank = 1
            and top_bought.items_bought > 0
    left join top_locations
        on
            grouped.persona = top_locations.persona
            and grouped.lifecycle_status = top_locations.lifecycle_status

)

select * from customer_profile
